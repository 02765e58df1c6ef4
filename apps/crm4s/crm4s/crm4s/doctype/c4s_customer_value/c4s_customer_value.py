"""What a customer is worth to one store, or with all dealings to the group. Written by crm4s.customer_value only."""

import frappe
from frappe.model.document import Document

from crm4s.access.stores import has_store_permission, store_condition

VALUE = "C4S Customer Value"


class C4SCustomerValue(Document):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition(VALUE, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_store_permission(doc, user)


def on_doctype_update() -> None:
	frappe.db.add_unique(VALUE, ["customer", "dealership", "is_whole"], "customer_dealership_whole")
