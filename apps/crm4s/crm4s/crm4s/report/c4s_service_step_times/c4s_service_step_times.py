"""Waiting, repair and total stay of settled visits, and whether the promised time was kept."""

import frappe
from frappe import _
from frappe.query_builder.functions import Min, Sum
from pypika import Case

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report import percentiles, shapes
from crm4s.crm4s.report.period import with_period
from crm4s.reports.service_steps import STEPS, step_times
from crm4s.workflows.events import states_waiting

VISIT, PASSAGE = "C4S Service Visit", "C4S State Passage"
MONTH, STORE, ADVISOR, KIND = "Month", "Store", "Service Advisor", "Visit Kind"
VIEWS = {MONTH: shapes.BY_MONTH, STORE: shapes.STORE, ADVISOR: shapes.ADVISOR, KIND: shapes.Axis("visit_kind")}
FILTERS = ("visit_kind", "service_advisor")


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS)
	view = VIEWS[filters.view]
	groups, total = percentiles.read_groups(visits(filters, view), STEPS, ("promised", "kept"), counted="visits")
	rows = shapes.read(step_times(sorted(groups, key=lambda row: -row.visits)), view, filters, FILTERS)
	return columns(filters.view), rows, None, chart(rows), summary(*step_times([total])) if total else []


def visits(filters, view: shapes.Axis):
	"""One row a settled visit: key, seconds until the repair began, in repair, and in the house; promised and kept as 1 or 0."""
	visit, passage = frappe.qb.DocType(VISIT), frappe.qb.DocType(PASSAGE)
	# Work that a check sends back is repair as well.
	repair = sorted(states_waiting(VISIT, "Work Started")) or [""]
	# One look into an index for each visit: a join would sort all of them.
	repairs = frappe.qb.from_(passage).where((passage.document_name == visit.name) & (passage.document_type == VISIT) & passage.state.isin(repair))
	query = (
		frappe.qb.from_(visit)
		.select(
			view.term(visit, "settled_on").as_("key"),
			percentiles.seconds_between(visit.arrived_on, repairs.select(Min(passage.entered_on))).as_("waiting_seconds"),
			repairs.select(Sum(passage.seconds)).as_("repair_seconds"),
			percentiles.seconds_between(visit.arrived_on, visit.settled_on).as_("stay_seconds"),
			Case().when(visit.promised_on.isnotnull(), 1).else_(0).as_("promised"),
			Case().when(visit.settled_on <= visit.promised_on, 1).else_(0).as_("kept"),
		)
		.where((visit.status == "Settled") & shapes.within(visit.settled_on, filters))
	)
	return keep_stores(shapes.equal_to(query, visit, filters, FILTERS), visit.dealership, filters.dealership)


def columns(view: str) -> list[dict]:
	labels = {
		"waiting_median": _("Waiting until Repair, Median (min)"),
		"waiting_p90": _("Waiting until Repair, 9 of 10 (min)"),
		"repair_median": _("Repair, Median (min)"),
		"repair_p90": _("Repair, 9 of 10 (min)"),
		"stay_median": _("Total Stay, Median (min)"),
		"stay_p90": _("Total Stay, 9 of 10 (min)"),
	}
	return [
		shapes.key_column(view, 180),
		shapes.column("visits", _("Visits"), width=80, **shapes.opens(VISIT, "settled_on", status="Settled")),
		*({"fieldname": name, "label": label, "fieldtype": "Int", "width": 150} for name, label in labels.items()),
		{"fieldname": "promised", "label": _("With a Promise"), "fieldtype": "Int", "width": 110},
		{"fieldname": "kept_percent", "label": _("Promise Kept (%)"), "fieldtype": "Float", "precision": 1, "width": 120},
	]


def chart(rows: list[dict]) -> dict | None:
	names = {"waiting": _("Waiting until Repair"), "repair": _("Repair"), "stay": _("Total Stay")}
	return percentiles.chart_of_medians(rows, [row["label"] or _("Not Set") for row in rows], names)


def summary(total: dict) -> list[dict]:
	return [
		{"label": _("Visits"), "value": total["visits"], "datatype": "Int"},
		{"label": _("Total Stay, Median (min)"), "value": total["stay_median"], "datatype": "Int"},
		{"label": _("Total Stay, 9 of 10 (min)"), "value": total["stay_p90"], "datatype": "Int"},
		{"label": _("Promise Kept (%)"), "value": total["kept_percent"], "datatype": "Float"},
	]
