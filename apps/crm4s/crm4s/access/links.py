"""What a person may point a document at, and out of which store nobody may take one."""

import frappe
from frappe import _

from crm4s.access.stores import stores_of


def ensure_links_within_reach(document, *fieldnames: str) -> None:
	"""Refuse a link, set or changed now, to a document that the current user may neither read nor select.

	Frappe checks only that the target exists, and shows its title: without this, names could be read by guessing numbers.
	"""
	if document.flags.ignore_permissions:
		return
	for fieldname in fieldnames:
		target = document.get(fieldname)
		if not target or not document.has_value_changed(fieldname):
			continue
		field = document.meta.get_field(fieldname)
		if not any(frappe.has_permission(field.options, right, doc=target) for right in ("read", "select")):
			frappe.throw(
				_("{0} {1} is not among those that your store works with; take up the relationship first.").format(
					_(field.label), target
				),
				frappe.PermissionError,
			)


def ensure_not_taken_from_other_store(document, fieldname: str = "dealership") -> None:
	"""Refuse to move a document out of a store for which the current user does not work.

	Frappe checks the right to write against the new values, so that a changed store would open any document.
	"""
	before = document.get_doc_before_save()
	if document.flags.ignore_permissions or not before or before.get(fieldname) == document.get(fieldname):
		return
	stores = stores_of()
	if stores is not None and before.get(fieldname) not in stores:
		frappe.throw(
			_("{0} belongs to a store for which you do not work.").format(document.name), frappe.PermissionError
		)
