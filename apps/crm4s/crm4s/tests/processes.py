"""Documents in a coarse status, for tests that are about other things than the way there."""

import frappe

from crm4s.workflows import states


def insert_in_status(values: dict):
	"""A new document in the status that `values` give, if they give one, as the system itself would write it."""
	document = frappe.get_doc(values)
	document.flags.moved_by_system = bool(values.get("status"))
	document.insert()
	document.flags.moved_by_system = False
	return document


def bring_to(document, status: str, **values):
	"""The document saved in `status`, with `values` written in the same save."""
	document.update(values)
	if document.status == status:
		return document.save()
	states.move(document, status)
	return document
