"""Who sees and changes an audit: planners all of their stores, the auditor the own ones, the store only what was published."""

import frappe

from crm4s.access.stores import has_store_permission, store_condition

AUDIT = "C4S Store Audit"
PLANNED, UNDER_WAY, HANDED_IN, PUBLISHED, CANCELLED = "Scheduled", "Under Way", "Handed In", "Published", "Cancelled"
PLANNERS = frozenset({"System Manager", "C4S Administrator", "C4S Group Manager"})
READING = frozenset({"read", "select", "print", "email", "report", "export"})


def plans(user: str | None = None) -> bool:
	user = user or frappe.session.user
	return user == "Administrator" or bool(PLANNERS & set(frappe.get_roles(user)))


def audit_condition(user: str | None = None) -> str:
	user = user or frappe.session.user
	own_stores = store_condition(AUDIT, user)
	if plans(user):
		return own_stores
	published = f"`tab{AUDIT}`.`status` = {frappe.db.escape(PUBLISHED)}"
	seen = f"({published} and {own_stores})" if own_stores else published
	return f"({seen} or `tab{AUDIT}`.`auditor` = {frappe.db.escape(user)})"


def may(audit, ptype: str | None = None, user: str | None = None) -> bool:
	user = user or frappe.session.user
	if plans(user):
		return has_store_permission(audit, user)
	if _stored(audit, "auditor") == user:
		return (ptype or "read") in READING or (ptype == "write" and _stored(audit, "status") in (PLANNED, UNDER_WAY))
	return (ptype or "read") in READING and _stored(audit, "status") == PUBLISHED and has_store_permission(audit, user)


def _stored(audit, fieldname: str):
	"""As it is in the database: what somebody sends along opens nothing."""
	return frappe.db.get_value(AUDIT, audit.get("name"), fieldname) if audit.get("name") else None
