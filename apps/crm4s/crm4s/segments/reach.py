"""Who sees and writes what belongs to a node of the dealership tree, or to the whole group where it names none."""

import frappe

from crm4s.access.stores import DEALERSHIP, has_store_permission, quoted_list, stores_of

READING = frozenset({"read", "select", "report", "print", "email", "export"})


def seen_condition(doctype: str, user: str | None = None) -> str:
	"""SQL condition that keeps what the group, the regions of the user's stores or these stores themselves have made."""
	nodes = _nodes(user)
	return "" if nodes is None else f"(ifnull(`tab{doctype}`.`dealership`, '') = '' or `tab{doctype}`.`dealership` in {quoted_list(nodes)})"


def has_permission(document, ptype: str | None = None, user: str | None = None) -> bool:
	"""The group's are read by everybody and written by who works for the whole group."""
	nodes = _nodes(user)
	if nodes is None:
		return True
	if ptype in READING:
		return not document.dealership or document.dealership in nodes
	if ptype == "create" and not document.dealership:
		# It gets the own store before it is saved, or is refused then.
		return bool(stores_of(user))
	return has_store_permission(document, user)


def _nodes(user: str | None) -> list[str] | None:
	"""The user's stores and the regions above them."""
	stores = stores_of(user)
	if stores is None:
		return None
	bounds = frappe.get_all(DEALERSHIP, {"name": ["in", stores or [""]]}, ["lft", "rgt"])
	if not bounds:
		return []
	node = frappe.qb.DocType(DEALERSHIP)
	above = [(node.lft <= row.lft) & (node.rgt >= row.rgt) for row in bounds]
	criterion = above[0]
	for other in above[1:]:
		criterion = criterion | other
	return sorted({*stores, *frappe.qb.from_(node).select(node.name).where(criterion).run(pluck=True)})
