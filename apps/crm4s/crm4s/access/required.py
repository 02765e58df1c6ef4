"""The first lines of a whitelisted method."""

from typing import NoReturn

import frappe
from frappe import _

from crm4s.access.stores import has_store_permission, stores_of


def require_permission(doctype: str, ptype: str, name: str | None = None) -> None:
	"""Refuse whoever has no such right on this document, or where none is named on any of this type.

	`frappe.has_permission(throw=True)` refuses with a ValidationError in some versions, which is the wrong answer over HTTP.
	"""
	if not frappe.has_permission(doctype, ptype, doc=name):
		frappe.throw(_("You are not permitted to do this with {0}.").format(_(doctype)), frappe.PermissionError)


def refuse_question(label: str) -> NoReturn:
	"""Refuse to look for documents by a field, named by its label, that the reader may not read."""
	frappe.throw(_("You may not filter, sort or group by {0}: this field is not open to you.").format(frappe.bold(_(label))), frappe.PermissionError)


def require_document(doctype: str, name: str, ptype: str = "write", locking: bool = True):
	"""The document, locked until the end of the transaction where something is written; refused to who may not, or works elsewhere.

	Dealings may be shared between stores for reading; the work on them is not.
	"""
	require_permission(doctype, ptype)
	document = frappe.get_doc(doctype, name, for_update=locking)
	document.check_permission(ptype)
	if locking and not has_store_permission(document):
		frappe.throw(_("You do not work for the store of this document."), frappe.PermissionError)
	return document


def require_store(dealership: str) -> None:
	"""Refuse whoever does not work for this store."""
	stores = stores_of()
	if stores is not None and dealership not in stores:
		frappe.throw(
			_("You do not work for store {0}.").format(frappe.bold(frappe.utils.escape_html(dealership))), frappe.PermissionError
		)
