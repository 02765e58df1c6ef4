"""Who asked for stock, purchase orders or a customer of the group, when and with what."""

import frappe
from frappe.utils import now_datetime

from crm4s.access.own_store import own_store
from crm4s.access.stores import has_store_permission, store_condition
from crm4s.append_only import AppendOnlyDocument


class C4SQueryLog(AppendOnlyDocument):
	pass


def log_query(kind: str, criteria: dict, result_count: int, dealership: str | None = None) -> str:
	"""Note that the current user asked for something and how much was found; return the name of the row.

	Args:
		kind: Stock, Purchase Order or Group Lookup.
		criteria: what was asked for. Personal data belongs into it only masked.
		dealership: the store for which it was asked; the user's own if not given.
	"""
	row = frappe.get_doc(
		{
			"doctype": "C4S Query Log",
			"kind": kind,
			"user": frappe.session.user,
			"dealership": dealership or own_store(),
			"queried_on": now_datetime(),
			"criteria": frappe.as_json(criteria, indent=None),
			"result_count": result_count,
		}
	)
	return row.insert(ignore_permissions=True).name


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition("C4S Query Log", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_store_permission(doc, user)


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Query Log", ["dealership", "modified"])
	# How often somebody asked within the last hour (access/lookup.py).
	frappe.db.add_index("C4S Query Log", ["user", "queried_on"])
