"""Waiting, repair and total stay of settled visits, and whether the promised time was kept. One grouped query a table."""

import frappe
from frappe import _
from frappe.query_builder import CustomFunction
from frappe.query_builder.functions import Max, Min, Sum
from frappe.utils import add_days
from pypika import Case

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report import percentiles
from crm4s.crm4s.report.period import with_period
from crm4s.reports.service_steps import STEPS, step_times
from crm4s.workflows.events import states_waiting

VISIT, PASSAGE = "C4S Service Visit", "C4S State Passage"
MONTH, STORE, ADVISOR, KIND = "Month", "Store", "Service Advisor", "Visit Kind"
# View: the type of its column and, for a link, to what.
VIEWS = {MONTH: ("Data", None), STORE: ("Link", "C4S Dealership"), ADVISOR: ("Link", "User"), KIND: ("Data", None)}

DateFormat = CustomFunction("date_format", ["date", "format"])


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS)
	rows = read_groups(filters, filters.view)
	total = read_groups(filters, None)
	if filters.view == KIND:
		for row in rows:
			row["key"] = _(row["key"])
	return columns(filters.view), rows, None, chart(rows), summary(total[0]) if total else []


def read_groups(filters, view: str | None) -> list[dict]:
	"""The rows of a view, months in their order, else most visits first; with None one row for all."""
	groups = percentiles.read_groups(visits(filters, view), STEPS, ("promised", "kept"), counted="visits")
	return step_times(sorted(groups, key=lambda row: row.key or "" if view == MONTH else -row.visits))


def visits(filters, view: str | None):
	"""One row a settled visit: key, seconds until the repair began, in repair, and in the house; promised and kept as 1 or 0."""
	visit, passage = frappe.qb.DocType(VISIT), frappe.qb.DocType(PASSAGE)
	# Work that a check sends back is repair as well.
	repair = sorted(states_waiting(VISIT, "Work Started")) or [""]
	key = {MONTH: DateFormat(visit.settled_on, "%Y-%m"), STORE: visit.dealership, ADVISOR: visit.service_advisor, KIND: visit.visit_kind}.get(view)
	query = (
		frappe.qb.from_(visit)
		.left_join(passage)
		.on((passage.document_name == visit.name) & (passage.document_type == VISIT) & passage.state.isin(repair))
		.select(
			(Max(key) if key is not None else Max("")).as_("key"),
			percentiles.seconds_between(visit.arrived_on, Min(passage.entered_on)).as_("waiting_seconds"),
			Sum(passage.seconds).as_("repair_seconds"),
			percentiles.seconds_between(visit.arrived_on, visit.settled_on).as_("stay_seconds"),
			Case().when(visit.promised_on.isnotnull(), 1).else_(0).as_("promised"),
			Case().when(visit.settled_on <= visit.promised_on, 1).else_(0).as_("kept"),
		)
		.where((visit.status == "Settled") & (visit.settled_on >= filters.from_date) & (visit.settled_on < add_days(filters.to_date, 1)))
		.groupby(visit.name)
	)
	for field in ("visit_kind", "service_advisor"):
		if filters.get(field):
			query = query.where(visit[field] == filters[field])
	return keep_stores(query, visit.dealership, filters.dealership)


def columns(view: str) -> list[dict]:
	fieldtype, options = VIEWS[view]
	labels = {
		"waiting_median": _("Waiting until Repair, Median (min)"),
		"waiting_p90": _("Waiting until Repair, 9 of 10 (min)"),
		"repair_median": _("Repair, Median (min)"),
		"repair_p90": _("Repair, 9 of 10 (min)"),
		"stay_median": _("Total Stay, Median (min)"),
		"stay_p90": _("Total Stay, 9 of 10 (min)"),
	}
	return [
		{"fieldname": "key", "label": _(view), "fieldtype": fieldtype, "options": options, "width": 180},
		{"fieldname": "visits", "label": _("Visits"), "fieldtype": "Int", "width": 80},
		*({"fieldname": name, "label": label, "fieldtype": "Int", "width": 150} for name, label in labels.items()),
		{"fieldname": "promised", "label": _("With a Promise"), "fieldtype": "Int", "width": 110},
		{"fieldname": "kept_percent", "label": _("Promise Kept (%)"), "fieldtype": "Float", "precision": 1, "width": 120},
	]


def chart(rows: list[dict]) -> dict | None:
	names = {"waiting": _("Waiting until Repair"), "repair": _("Repair"), "stay": _("Total Stay")}
	return percentiles.chart_of_medians(rows, [row["key"] or _("Not Set") for row in rows], names)


def summary(total: dict) -> list[dict]:
	return [
		{"label": _("Visits"), "value": total["visits"], "datatype": "Int"},
		{"label": _("Total Stay, Median (min)"), "value": total["stay_median"], "datatype": "Int"},
		{"label": _("Total Stay, 9 of 10 (min)"), "value": total["stay_p90"], "datatype": "Int"},
		{"label": _("Promise Kept (%)"), "value": total["kept_percent"], "datatype": "Float"},
	]
