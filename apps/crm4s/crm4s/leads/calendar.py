"""Next contacts of open leads by day, for the calendar."""

import json

import frappe

from crm4s.access.required import require_permission

LEAD = "C4S Lead"
MOST = 1_000


@frappe.whitelist()
def next_contacts(start: str, end: str, filters: str | list | dict | None = None) -> list[dict]:
	"""Open leads that the caller may read with their next contact from `start` to `end`; at most 1,000, the earliest first."""
	require_permission(LEAD, "read")
	conditions = json.loads(filters) if isinstance(filters, str) else filters or []
	conditions = [*conditions] if isinstance(conditions, list) else [[LEAD, field, "=", value] for field, value in conditions.items()]
	conditions += [[LEAD, "status", "=", "Open"], [LEAD, "next_contact_on", "between", [start, end]]]
	rows = frappe.get_list(
		LEAD,
		filters=conditions,
		fields=["name", "lead_name", "next_contact_on", "next_contact_time", "grade", "next_action"],
		order_by="next_contact_on, name",
		limit_page_length=MOST,
	)
	return [{**row, "lead_name": " ".join(filter(None, (row.next_contact_time, row.lead_name))), "all_day": 1} for row in rows]
