"""Charts of how documents divide over a field. Counted in SQL, one row a group, of the documents of the reader's stores."""

from dataclasses import dataclass

import frappe
from frappe import _
from frappe.utils import add_days, nowdate

from crm4s.access.customers import own_dealings
from crm4s.access.required import require_permission

DEAL, LEAD, VISIT, COMPLAINT, RESPONSE = "C4S Deal", "C4S Lead", "C4S Service Visit", "C4S Complaint", "C4S Survey Response"
# Period: how many days back it reaches, today included.
PERIODS = {"Last 30 Days": 30, "Last 90 Days": 90, "Last 365 Days": 365}
MOST_GROUPS = 9


@dataclass(frozen=True)
class Division:
	"""The documents of a period (of all time where no date is named) by one of their fields."""

	doctype: str
	field: str
	date_field: str | None = None
	filters: tuple = ()


FIGURES = {
	"Leads by Source": Division(LEAD, "source", "received_on"),
	# Open leads are few at any time; their index makes the count cheap without a period.
	"Open Leads by Grade": Division(LEAD, "grade", None, (["status", "=", "Open"],)),
	"Defeat Reasons": Division(LEAD, "lost_reason", "lost_on", (["status", "=", "Lost"],)),
	"Orders by Payment Method": Division(DEAL, "payment_method", "ordered_on", (["status", "in", ["Ordered", "Delivered"]],)),
	"Visits by Kind": Division(VISIT, "visit_kind", "arrived_on", (["status", "!=", "Cancelled"],)),
	"Complaints by Category": Division(COMPLAINT, "category", "received_on"),
	"Recommendation by Group": Division(RESPONSE, "nps_group", "responded_on", (["nps_group", "is", "set"],)),
}


@frappe.whitelist()
def get(chart_name: str | None = None, filters: dict | str | None = None) -> dict | None:
	"""Labels and counts, largest first, of the figure and period that the filters name, or of the chart's own filters.

	For those who may read charts; the documents that are counted ask for themselves, in `get_list`.
	"""
	require_permission("Dashboard Chart", "read")
	filters = filters or frappe.db.get_value("Dashboard Chart", chart_name, "filters_json")
	filters = frappe._dict(frappe.parse_json(filters) or {})
	division = FIGURES.get(filters.figure)
	if not division:
		frappe.throw(_("The figure must be one of: {0}").format(", ".join(_(name) for name in FIGURES)))
	if division.date_field and filters.period not in PERIODS:
		frappe.throw(_("The period must be one of: {0}").format(", ".join(_(name) for name in PERIODS)))
	groups = largest(count_groups(division, filters.period))
	if not groups:
		return None
	return {
		"labels": [_(name) for name, _count in groups],
		"datasets": [{"name": _(filters.figure), "values": [count for _name, count in groups]}],
	}


def count_groups(division: Division, period: str | None) -> list[tuple[str, int]]:
	conditions = [list(condition) for condition in division.filters]
	if division.date_field:
		conditions.append([division.date_field, ">=", add_days(nowdate(), 1 - PERIODS[period])])
	rows = frappe.get_list(
		division.doctype,
		fields=[f"{division.field} as name_of_group", "count(*) as number"],
		filters=[*conditions, *own_dealings(division.doctype)],
		group_by=division.field,
		order_by="number desc",
	)
	return [(row.name_of_group or "Not Set", row.number) for row in rows]


def largest(groups: list[tuple[str, int]]) -> list[tuple[str, int]]:
	"""The largest groups, and the rest as one."""
	kept, rest = groups[:MOST_GROUPS], groups[MOST_GROUPS:]
	return [*kept, ("Others", sum(count for _name, count in rest))] if rest else kept
