"""The calendar of campaigns."""

import frappe
from frappe.utils import getdate

from crm4s.access.required import require_permission

CAMPAIGN = "C4S Campaign"
MOST = 500


@frappe.whitelist()
def get_events(doctype: str, start: str, end: str, filters: list | str | None = None) -> list[dict]:
	"""Campaigns that the user sees and that fall into these days, whole days."""
	require_permission(CAMPAIGN, "read")
	conditions = [
		*(frappe.parse_json(filters) or []),
		[CAMPAIGN, "starts_on", "<=", getdate(end)],
		[CAMPAIGN, "ends_on", ">=", getdate(start)],
	]
	fields = ["name", "title", "starts_on", "ends_on", "status"]
	campaigns = frappe.get_list(CAMPAIGN, filters=conditions, fields=fields, order_by="starts_on", limit_page_length=MOST)
	for campaign in campaigns:
		campaign.allDay = 1
	return campaigns
