"""An amount that was spent on a customer. Written by crm4s.relationship_costs only."""

import frappe

from crm4s.access.stores import has_store_permission, store_condition
from crm4s.append_only import AppendOnlyDocument

COST = "C4S Customer Cost"


class C4SCustomerCost(AppendOnlyDocument):
	pass


def on_doctype_update() -> None:
	frappe.db.add_index(COST, ["customer", "incurred_on"])
	frappe.db.add_index(COST, ["dealership", "incurred_on"])
	# All that crm4s/customer_value/summary.py asks for.
	frappe.db.add_index(COST, ["customer", "dealership", "incurred_on", "amount"], "value_summary")
	frappe.db.add_index(COST, ["reference_doctype", "reference_name"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition(COST, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_store_permission(doc, user)
