"""The one store that what a user does is booked to when the user does not say which."""

import frappe
from frappe.core.doctype.user_permission.user_permission import get_user_permissions

from crm4s.access.stores import DEALERSHIP


def own_store(user: str | None = None) -> str | None:
	"""The user's default dealership; without one the only outlet among the user's stores; else None."""
	assigned = get_user_permissions(user or frappe.session.user).get(DEALERSHIP) or []
	default = next((row["doc"] for row in assigned if row.get("is_default")), None)
	stores = [default] if default else [row["doc"] for row in assigned]
	outlets = frappe.get_all(DEALERSHIP, {"name": ["in", stores or [""]], "is_group": 0}, pluck="name", limit=2)
	return outlets[0] if len(outlets) == 1 else None
