"""The refusals that a caller may need to tell apart; each is a validation error to Frappe."""

import frappe


class InvalidIdentifierError(frappe.ValidationError):
	"""A VIN, plate, phone or identity number that cannot be one."""


class DuplicateCustomerError(frappe.ValidationError):
	"""The verified primary phone belongs to another customer of the group."""


class AppendOnlyError(frappe.ValidationError):
	"""An attempt to change or delete a row of a log."""


class TooManyLookupsError(frappe.ValidationError):
	"""A user searched for customers of other stores more often than the group allows."""


class StockMovementError(frappe.ValidationError):
	"""A movement that the car cannot make now."""


class OdometerError(frappe.ValidationError):
	"""A reading that does not fit those before and after it."""
