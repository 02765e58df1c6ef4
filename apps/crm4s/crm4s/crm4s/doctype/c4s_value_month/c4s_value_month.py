"""How many customers of a store were worth how much in a month. Written by crm4s.customer_value only."""

import frappe
from frappe.model.document import Document

from crm4s.access.stores import has_store_permission, store_condition

MONTH = "C4S Value Month"


class C4SValueMonth(Document):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition(MONTH, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_store_permission(doc, user)


def on_doctype_update() -> None:
	frappe.db.add_index(MONTH, ["month", "dealership"])
	frappe.db.add_index(MONTH, ["dealership", "month"])
