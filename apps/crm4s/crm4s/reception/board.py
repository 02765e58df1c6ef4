"""Today's showroom of one store: who waits, who is with whom, who has left, and the line of consultants."""

import frappe
from frappe.utils import now_datetime, nowdate

from crm4s.access.own_store import own_store
from crm4s.access.stores import DEALERSHIP, stores_of
from crm4s.reception import line as queue
from crm4s.reception.known import titles_of
from crm4s.settings import setting

VISIT = "C4S Showroom Visit"
FIELDS = [
	*("name", "visitor_name", "sex", "masked_phone", "party_size", "customer", "lead", "visit_order", "purpose", "interested_model"),
	*("status", "sales_consultant", "arrived_on", "offered_on", "taken_on", "left_on", "waiting_minutes", "duration_minutes", "result", "note"),
]
MOST_STORES = 300
# More than a store receives on a day.
MOST_SHOWN = 500


def today(dealership: str) -> dict:
	"""Visits of today as the user may read them, the line, and who could join it.

	Times are the server's; `now` lets the screen count minutes without trusting its own clock.
	"""
	visits = frappe.get_list(
		VISIT,
		fields=FIELDS,
		filters={"dealership": dealership, "arrived_on": [">=", nowdate()]},
		order_by="arrived_on asc",
		limit_page_length=MOST_SHOWN,
	)
	line = queue.line_of(dealership)
	staff = {row["user"]: row["full_name"] for row in queue.consultants_of(dealership)}
	_name(visits, staff)
	return {
		"dealership": dealership,
		"store": frappe.get_cached_value("C4S Dealership", dealership, "dealership_name"),
		"now": now_datetime(),
		"standard_minutes": setting("waiting_standard_minutes"),
		"visits": visits,
		"line": [{**row, "full_name": staff.get(row.user) or frappe.utils.get_fullname(row.user)} for row in line],
		"absent": [
			{"user": user, "full_name": name} for user, name in staff.items() if user not in {row.user for row in line}
		],
		"may_manage_line": bool(frappe.has_permission(queue.ENTRY, "write")),
		"may_receive": bool(frappe.has_permission(VISIT, "create")),
	}


def outlets() -> list[dict]:
	"""The user's outlets as name and title, the own one first."""
	stores = stores_of()
	filters = {"is_group": 0, **({} if stores is None else {"name": ["in", stores or [""]]})}
	rows = frappe.get_all(DEALERSHIP, filters=filters, fields=["name", "dealership_name"], order_by="lft", limit_page_length=MOST_STORES)
	home = own_store()
	return sorted(rows, key=lambda outlet: outlet.name != home)


def choices() -> dict:
	"""The user's outlets, and the enabled purposes and results in their order."""
	enabled = {"filters": {"enabled": 1}, "pluck": "name", "order_by": "sequence, name"}
	return {
		"stores": outlets(),
		"purposes": frappe.get_all("C4S Visit Purpose", **enabled),
		"results": frappe.get_all("C4S Visit Result", **enabled),
	}


def _name(visits: list[dict], staff: dict[str, str]) -> None:
	titles = titles_of({visit.interested_model for visit in visits})
	grades = _grades({visit.lead for visit in visits if visit.lead})
	for visit in visits:
		visit.model_title = titles.get(visit.interested_model)
		visit.grade = grades.get(visit.lead)
		visit.consultant_name = visit.sales_consultant and (
			staff.get(visit.sales_consultant) or frappe.utils.get_fullname(visit.sales_consultant)
		)


def _grades(leads: set[str]) -> dict[str, str]:
	if not leads or not frappe.has_permission("C4S Lead", "read"):
		return {}
	return dict(frappe.get_all("C4S Lead", filters={"name": ["in", list(leads)]}, fields=["name", "grade"], as_list=True))
