"""How many documents of a store failed a check in a month. Written by data_quality/count.py only."""

import frappe
from frappe.model.document import Document

from crm4s.access.stores import has_store_permission, store_condition

QUALITY = "C4S Data Quality Month"


class C4SDataQualityMonth(Document):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition(QUALITY, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_store_permission(doc, user)


def on_doctype_update() -> None:
	frappe.db.add_unique(QUALITY, ["month", "dealership", "is_whole", "check_name"], "month_dealership_check")
