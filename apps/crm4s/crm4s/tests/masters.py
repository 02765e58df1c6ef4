"""Masters that many tests need: each known by a code that the test gives."""

import frappe
from frappe.model.document import Document


def made_or_changed(doctype: str, name: str, values: dict, overrides: dict) -> Document:
	"""The document of this name with the overrides in it: made from `values` and them, or, where it is there already, changed to them.

	An override is never dropped silently, so that a test meets what it asked for, whatever ran before it.
	"""
	if not frappe.db.exists(doctype, name):
		return frappe.get_doc({"doctype": doctype, **values, **overrides}).insert(ignore_permissions=True)
	document = frappe.get_doc(doctype, name)
	if overrides:
		document.update(overrides).save(ignore_permissions=True)
	return document
