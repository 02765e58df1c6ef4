"""How many cars of a month came back, for a store, model and service node. Written by returning/months.py only."""

import frappe
from frappe.model.document import Document

from crm4s.access.stores import has_store_permission, store_condition

RETURN_MONTH = "C4S Return Month"


class C4SReturnMonth(Document):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition(RETURN_MONTH, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_store_permission(doc, user)


def on_doctype_update() -> None:
	frappe.db.add_unique(RETURN_MONTH, ["month", "dealership", "model", "node"], "month_dealership_model_node")
