"""How a visit begins."""

import frappe
from frappe.model.document import Document

VISIT = "C4S Service Visit"


def open_visit(values: dict) -> Document:
	"""A new visit at reception: `values` are fields of C4S Service Visit, `items` rows of C4S Service Item.

	Whoever calls asked for permission to make it; the visit's own rules are checked, and the customer has decided on nothing yet.
	"""
	return frappe.get_doc({**values, "doctype": VISIT}).insert()
