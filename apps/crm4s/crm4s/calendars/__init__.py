"""Calendars that people keep beside the Gregorian one. Nothing here knows Frappe or reads a clock."""
