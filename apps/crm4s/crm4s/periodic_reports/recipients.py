"""For which stores a periodic report makes workbooks, and who gets them."""

import frappe

from crm4s.access.chosen_stores import nodes_below
from crm4s.access.staff import holders_of_group, working_for
from crm4s.access.stores import DEALERSHIP, stores_of


def workbooks_of(report) -> list[tuple[str | None, list[str]]]:
	"""Each node of the dealership tree for which there is a workbook (None: the whole group), and the users who get it, each once."""
	return [(node, recipients_of(report, node)) for node in nodes_of(report)]


def recipients_of(report, node: str | None) -> list[str]:
	"""Enabled users: those of the roles who work for the node, and the persons named, if they work for any store in it."""
	found: dict[str, None] = {}
	for row in report.recipients:
		if row.recipient_role:
			found.update(dict.fromkeys(working_for(node, row.recipient_role) if node else holders_of_group(row.recipient_role)))
		if row.user and frappe.db.get_value("User", row.user, "enabled") and works_in(row.user, node):
			found[row.user] = None
	return list(found)


def is_recipient(report, node: str | None, user: str) -> bool:
	"""Whether the report as it stands makes a workbook of the node for this user."""
	return node in nodes_of(report) and user in recipients_of(report, node)


def works_in(user: str, node: str | None) -> bool:
	stores = stores_of(user)
	if stores is None or not node:
		return stores is None or bool(stores)
	return bool(set(stores) & set(nodes_below(node)))


def nodes_of(report) -> list[str | None]:
	return _outlets(report.dealership) if report.for_each_store else [report.dealership or None]


def _outlets(node: str | None) -> list[str]:
	below = {"name": ["in", nodes_below(node)]} if node else {}
	return frappe.get_all(DEALERSHIP, {"is_group": 0, "node_kind": "Outlet", **below}, pluck="name", order_by="lft")
