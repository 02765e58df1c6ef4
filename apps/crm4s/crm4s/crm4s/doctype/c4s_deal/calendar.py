"""The calendar of promised deliveries."""

import frappe
from frappe.utils import getdate

from crm4s.access.customers import own_dealings
from crm4s.access.required import require_permission
from crm4s.crm4s.doctype.c4s_deal.status import DELIVERED, ORDERED

MOST = 1000


@frappe.whitelist()
def get_events(doctype: str, start: str, end: str, filters: list | str | None = None) -> list[dict]:
	"""Ordered and delivered deals of the own stores by the day that the customer was promised, whole days."""
	require_permission("C4S Deal", "read")
	conditions = [
		*(frappe.parse_json(filters) or []),
		["C4S Deal", "promised_on", "between", [getdate(start), getdate(end)]],
		["C4S Deal", "status", "in", [ORDERED, DELIVERED]],
		*(["C4S Deal", *condition] for condition in own_dealings("C4S Deal")),
	]
	fields = ["name", "title", "promised_on", "status"]
	deals = frappe.get_list("C4S Deal", filters=conditions, fields=fields, order_by="promised_on", limit_page_length=MOST)
	for deal in deals:
		deal.allDay = 1
	return deals
