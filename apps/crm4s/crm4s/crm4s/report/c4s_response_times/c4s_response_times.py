"""From the call until a team is sent and there, and how long it works on site, against the standards. One grouped query."""

import frappe
from frappe import _
from frappe.query_builder import CustomFunction
from frappe.utils import add_days
from pypika import Case

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report import percentiles
from crm4s.crm4s.report.period import with_period
from crm4s.reports.response_times import COUNTED, STEPS, response_times

ORDER = "C4S Dispatch Order"
MONTH, STORE, TROUBLE, TEAM = "Month", "Store", "Trouble", "Team"
# View: the type of its column and, for a link, to what.
VIEWS = {MONTH: ("Data", None), STORE: ("Link", "C4S Dealership"), TROUBLE: ("Link", "C4S Trouble Type"), TEAM: ("Link", "C4S Resource")}

DateFormat = CustomFunction("date_format", ["date", "format"])


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS)
	view = filters.view
	groups, total = percentiles.read_groups(orders(filters, view), STEPS, COUNTED, counted="orders")
	# Months in their order, else most orders first.
	rows = response_times(sorted(groups, key=lambda row: row.key or "" if view == MONTH else -row.orders))
	return columns(view), rows, None, chart(rows, view), summary(*response_times([total])) if total else []


def orders(filters, view: str):
	"""One row an order that came in the period: key, seconds of each step (null where it was not taken), and what it counts as, 1 or 0."""
	order = frappe.qb.DocType(ORDER)
	key = {MONTH: DateFormat(order.called_on, "%Y-%m"), STORE: order.dealership, TROUBLE: order.trouble, TEAM: order.team}[view]
	has_standard = order.arrive_by.isnotnull() & order.arrived_on.isnotnull()
	query = (
		frappe.qb.from_(order)
		.select(
			key.as_("key"),
			percentiles.seconds_between(order.called_on, order.dispatched_on).as_("dispatch_seconds"),
			percentiles.seconds_between(order.called_on, order.arrived_on).as_("arrival_seconds"),
			percentiles.seconds_between(order.arrived_on, order.ended_on).as_("on_site_seconds"),
			_one_if(has_standard).as_("with_standard"),
			_one_if(has_standard & (order.arrived_on <= order.arrive_by)).as_("in_time"),
			*(_one_if(order.status == status).as_(status.lower()) for status in ("Solved", "Towed", "Cancelled")),
		)
		.where((order.called_on >= filters.from_date) & (order.called_on < add_days(filters.to_date, 1)))
	)
	for field in ("kind", "trouble"):
		if filters.get(field):
			query = query.where(order[field] == filters[field])
	return keep_stores(query, order.dealership, filters.dealership)


def _one_if(condition):
	return Case().when(condition, 1).else_(0)


def columns(view: str) -> list[dict]:
	fieldtype, options = VIEWS[view]
	labels = {
		"dispatch_median": _("Team Sent after, Median (min)"),
		"dispatch_p90": _("Team Sent after, 9 of 10 (min)"),
		"arrival_median": _("Team There after, Median (min)"),
		"arrival_p90": _("Team There after, 9 of 10 (min)"),
		"on_site_median": _("On Site, Median (min)"),
		"on_site_p90": _("On Site, 9 of 10 (min)"),
	}
	return [
		{"fieldname": "key", "label": _(view), "fieldtype": fieldtype, "options": options, "width": 180},
		{"fieldname": "orders", "label": _("Orders"), "fieldtype": "Int", "width": 80},
		*({"fieldname": name, "label": label, "fieldtype": "Int", "width": 150} for name, label in labels.items()),
		{"fieldname": "in_time_percent", "label": _("There in Time (%)"), "fieldtype": "Float", "precision": 1, "width": 130},
		{"fieldname": "solved", "label": _("Solved"), "fieldtype": "Int", "width": 80},
		{"fieldname": "towed", "label": _("Towed"), "fieldtype": "Int", "width": 80},
		{"fieldname": "cancelled", "label": _("Cancelled"), "fieldtype": "Int", "width": 90},
		{"fieldname": "solved_percent", "label": _("Solved on Site (%)"), "fieldtype": "Float", "precision": 1, "width": 130},
	]


def chart(rows: list[dict], view: str) -> dict | None:
	names = {"dispatch": _("Team Sent after"), "arrival": _("Team There after"), "on_site": _("On Site")}
	return percentiles.chart_of_medians(rows, labels(rows[: percentiles.MOST_DRAWN], view), names)


def labels(rows: list[dict], view: str) -> list[str]:
	"""Troubles in the reader's language, stores and teams by their names."""
	keys = [row["key"] for row in rows]
	titles = {STORE: ("C4S Dealership", "dealership_name"), TEAM: ("C4S Resource", "resource_name")}
	names = {}
	if view in titles:
		doctype, field = titles[view]
		names = dict(frappe.get_all(doctype, {"name": ["in", keys or [""]]}, ["name", field], as_list=True))
	return [names.get(key) or (_(key) if view == TROUBLE and key else key) or _("Not Set") for key in keys]


def summary(total: dict) -> list[dict]:
	return [
		{"label": _("Orders"), "value": total["orders"], "datatype": "Int"},
		{"label": _("Team There after, Median (min)"), "value": total["arrival_median"], "datatype": "Int"},
		{"label": _("There in Time (%)"), "value": total["in_time_percent"], "datatype": "Float"},
		{"label": _("Solved on Site (%)"), "value": total["solved_percent"], "datatype": "Float"},
	]
