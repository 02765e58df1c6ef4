"""Whose work a new document is when nobody said so: the person's who enters it, if that is his or her job."""

import frappe


def entered_by(*roles: str) -> str | None:
	"""The current user when he or she has one of these roles; None for others, and for those who may do everything."""
	user = frappe.session.user
	if user in ("Administrator", "Guest") or not set(roles) & set(frappe.get_roles(user)):
		return None
	return user
