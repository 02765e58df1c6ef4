"""Which stores a user works for, and the conditions that follow for the documents of a store.

A user is assigned to nodes of the dealership tree by Frappe's own User Permission on C4S Dealership; an assignment covers
all stores below the node. Without an assignment a user sees no store's documents, except the roles that work for the group.
"""

import frappe
from frappe.core.doctype.user_permission.user_permission import get_user_permissions

DEALERSHIP = "C4S Dealership"
GROUP_ROLES = frozenset({"System Manager", "C4S Administrator", "C4S Group Manager", "C4S DMS Integration"})


def stores_of(user: str | None = None) -> list[str] | None:
	"""All nodes whose documents `user` works with, or None where that is the whole group."""
	user = user or frappe.session.user
	if user == "Administrator":
		return None
	# Frappe lists the nodes below an assigned one as well.
	assigned = get_user_permissions(user).get(DEALERSHIP)
	if assigned:
		return sorted({row["doc"] for row in assigned})
	return None if GROUP_ROLES & set(frappe.get_roles(user)) else []


def quoted_list(names: list[str]) -> str:
	"""`names` as an SQL list; an empty one matches nothing."""
	return "(" + ", ".join(frappe.db.escape(name) for name in names or [""]) + ")"


def store_condition(doctype: str, user: str | None = None, field: str = "dealership") -> str:
	"""SQL condition that keeps the rows of `doctype` whose `field` is one of the user's stores; empty for the whole group."""
	stores = stores_of(user)
	if stores is None:
		return ""
	return f"`tab{doctype}`.`{field}` in {quoted_list(stores)}"


def has_store_permission(document, user: str | None = None, field: str = "dealership") -> bool:
	"""Whether `document` belongs to one of the user's stores; the counterpart of `store_condition`."""
	stores = stores_of(user)
	return stores is None or document.get(field) in stores
