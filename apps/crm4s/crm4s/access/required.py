"""The first line of a whitelisted method."""

import frappe
from frappe import _


def require_permission(doctype: str, ptype: str) -> None:
	"""Refuse whoever has no such right on any document of this type.

	`frappe.has_permission(throw=True)` refuses with a ValidationError in some versions, which is the wrong answer over HTTP.
	"""
	if not frappe.has_permission(doctype, ptype):
		frappe.throw(_("You are not permitted to do this with {0}.").format(_(doctype)), frappe.PermissionError)
