"""That the value class of a customer changed. Written by crm4s.customer_value only."""

import frappe

from crm4s.access.stores import has_store_permission, store_condition
from crm4s.append_only import AppendOnlyDocument

CHANGE = "C4S Value Change"


class C4SValueChange(AppendOnlyDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition(CHANGE, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_store_permission(doc, user)


def on_doctype_update() -> None:
	frappe.db.add_unique(CHANGE, ["customer", "dealership", "is_whole", "changed_on"], "customer_dealership_day")
	frappe.db.add_index(CHANGE, ["dealership", "month"])
	frappe.db.add_index(CHANGE, ["month", "is_whole"])
