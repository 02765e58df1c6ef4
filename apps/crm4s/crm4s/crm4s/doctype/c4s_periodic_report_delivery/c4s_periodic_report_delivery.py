"""Who got which workbook of which period. Written by crm4s.periodic_reports.deliveries only."""

import frappe
from frappe.model.document import Document

from crm4s.access.stores import has_store_permission, store_condition

DELIVERY = "C4S Periodic Report Delivery"


class C4SPeriodicReportDelivery(Document):
	pass


def on_doctype_update() -> None:
	frappe.db.add_index(DELIVERY, ["dealership", "modified"])
	# Whose letters are still under way.
	frappe.db.add_index(DELIVERY, ["status", "email_queue"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition(DELIVERY, user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_store_permission(doc, user)
