"""CRM4S: customer relationship management for car 4S dealerships, a Frappe app."""

__version__ = "0.1.0"
