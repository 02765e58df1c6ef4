"""Who works for a store: the counterpart of `access.stores`, which says for which stores a user works."""

import frappe

from crm4s.access.stores import DEALERSHIP, GROUP_ROLES

NOBODY = ("Administrator", "Guest")


def assigned_to(dealership: str, role: str, limit: int | None = None) -> list[str]:
	"""Enabled users with the role who are assigned to the store or a node above it, by name; two queries."""
	node = frappe.db.get_value(DEALERSHIP, dealership, ["lft", "rgt"])
	if not node:
		return []
	user, permission, above = (frappe.qb.DocType(name) for name in ("User", "User Permission", DEALERSHIP))
	query = (
		_holders(role)
		.join(permission)
		.on((permission.user == user.name) & (permission.allow == DEALERSHIP))
		.join(above)
		.on((above.name == permission.for_value) & (above.lft <= node[0]) & (above.rgt >= node[1]))
		.distinct()
	)
	return (query.limit(limit) if limit else query).run(pluck=True)


def working_for(dealership: str, role: str) -> list[str]:
	"""The same, and where it is a role of the whole group those who are assigned to no store."""
	found = assigned_to(dealership, role)
	return [*found, *holders_of_group(role)]


def holders_of_group(role: str) -> list[str]:
	"""Enabled users who work for the whole group in this role: it is one of the group's, and they are assigned to no store."""
	if role not in GROUP_ROLES:
		return []
	user, permission = frappe.qb.DocType("User"), frappe.qb.DocType("User Permission")
	unassigned = _holders(role).left_join(permission).on((permission.user == user.name) & (permission.allow == DEALERSHIP))
	return unassigned.where(permission.name.isnull()).distinct().run(pluck=True)


def _holders(role: str):
	user, has = frappe.qb.DocType("User"), frappe.qb.DocType("Has Role")
	return (
		frappe.qb.from_(user)
		.join(has)
		.on((has.parent == user.name) & (has.parenttype == "User") & (has.role == role))
		.where((user.enabled == 1) & user.name.notin(NOBODY))
		.select(user.name)
		.orderby(user.name)
	)
