"""How far the leads that were received in a time came through the sales process as the workflow has it now, and where they dropped off.

Counts are made in SQL: one query groups the leads by the furthest state that they reached, one the minutes that they stood in each.
"""

import frappe
import pandas as pd
from frappe import _
from frappe.query_builder.functions import Coalesce, Count, Max, Sum
from frappe.utils import add_days
from pypika import Case

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report import shapes
from crm4s.crm4s.report.period import with_period
from crm4s.leads.who import CONSULTANT
from crm4s.reports.sales_funnel import median_minutes, reached_by, sales_funnel
from crm4s.workflows.decisions import states_to_decide
from crm4s.workflows.states import active_workflow, status_of

LEAD, PASSAGE = "C4S Lead", "C4S State Passage"
# View: the field by which it compares, and to what that links.
VIEWS = {
	"Workflow State": (None, "Workflow State"),
	"Source": ("source", "C4S Source"),
	"Sales Consultant": ("sales_consultant", "User"),
	"Store": ("dealership", "C4S Dealership"),
}


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS)
	path = path_to_success()
	if not path:
		return [], [], _("No workflow leads the leads now; there are no states to count.")
	if VIEWS[filters.view][0]:
		return compare(path, filters)
	funnel = sales_funnel(path, read_groups(path, filters))
	medians = median_minutes(read_times(path, filters))
	rows = [{**row, "label": _(row["state"]), "median": _seconds(medians.get(row["state"]))} for row in funnel.to_dict("records")]
	return columns(), rows, None, chart(rows), summary(rows)


def compare(path: list[str], filters):
	axis = shapes.Axis(*VIEWS[filters.view])
	rows = shapes.read(reached_by(path, read_groups(path, filters)).to_dict("records"), axis, filters, ("source", "sales_consultant"))
	# Every lead was in the first state; of how far they came the list of leads knows nothing.
	counted = [shapes.opens(LEAD, "received_on"), *({} for _state in path[1:])]
	shown = [
		shapes.key_column(filters.view, 220),
		*(shapes.column(f"state_{position}", _(state), width=120, **counted[position]) for position, state in enumerate(path)),
		shapes.column("of_all_percent", _("Conversion %"), "Percent", 130),
	]
	return shown, rows


def path_to_success() -> list[str]:
	"""The states from the first to won, in the order of the active workflow: neither those that mean lost nor those in which a manager decides."""
	workflow = active_workflow(LEAD)
	aside = set(states_to_decide(LEAD, "Open", [CONSULTANT])) if workflow else set()
	states = [row.state for row in workflow.states if row.state not in aside] if workflow else []
	open_states = [state for state in states if status_of(LEAD, state) == "Open"]
	return open_states + [state for state in states if status_of(LEAD, state) == "Won"]


def read_groups(path: list[str], filters) -> pd.DataFrame:
	"""Columns key, furthest, status, count. A lead without a stamped passage counts by the state in which it stands."""
	lead, passage = frappe.qb.DocType(LEAD), frappe.qb.DocType(PASSAGE)
	field = VIEWS[filters.view][0]
	key = lead[field] if field else None
	came_through, stands_in = Max(_position(passage.state, path)), _position(lead.workflow_state, path)
	each = (
		_received(frappe.qb.from_(lead), lead, filters)
		.left_join(passage)
		.on((passage.document_name == lead.name) & (passage.document_type == LEAD))
		.select(
			*([key.as_("key")] if key else []),
			lead.status,
			frappe.qb.functions("greatest", Coalesce(came_through, 0), stands_in).as_("furthest"),
		)
		.groupby(lead.name)
	)
	names = [*(["key"] if key else []), "furthest", "status"]
	query = frappe.qb.from_(each).select(*(each[name] for name in names), Count("*")).groupby(*(each[name] for name in names))
	return pd.DataFrame(list(query.run()), columns=[*names, "count"])


def read_times(path: list[str], filters) -> pd.DataFrame:
	"""Columns state, minutes, count, of the passages that are over; who came back to a state stood there for both times together."""
	lead, passage = frappe.qb.DocType(LEAD), frappe.qb.DocType(PASSAGE)
	each = (
		_received(frappe.qb.from_(lead), lead, filters)
		.join(passage)
		.on((passage.document_name == lead.name) & (passage.document_type == LEAD))
		.where(passage.left_on.isnotnull() & passage.state.isin(path))
		.select(passage.state, frappe.qb.functions("floor", Sum(passage.seconds) / 60).as_("minutes"))
		.groupby(lead.name, passage.state)
	)
	query = frappe.qb.from_(each).select(each.state, each.minutes, Count("*")).groupby(each.state, each.minutes)
	return pd.DataFrame(list(query.run()), columns=["state", "minutes", "count"]).astype({"minutes": float, "count": int})


def _received(query, lead, filters):
	query = query.where(lead.received_on >= filters.from_date).where(lead.received_on < add_days(filters.to_date, 1))
	for field in ("source", "sales_consultant"):
		if filters.get(field):
			query = query.where(lead[field] == filters.get(field))
	return keep_stores(query, lead.dealership, filters.dealership)


def _position(state, path: list[str]):
	case = Case()
	for position, name in enumerate(path):
		case = case.when(state == name, position)
	return case.else_(0)


def _seconds(minutes: float | None) -> int | None:
	return None if minutes is None else round(minutes * 60)


def columns() -> list[dict]:
	count = {"fieldtype": "Int", "width": 110}
	percent = {"fieldtype": "Percent", "width": 120}
	return [
		{"fieldname": "label", "label": _("Workflow State"), "fieldtype": "Data", "width": 180},
		{"fieldname": "reached", "label": _("Came This Far"), **count},
		{"fieldname": "of_all_percent", "label": _("Of All %"), **percent},
		{"fieldname": "went_on", "label": _("Went On"), **count},
		{"fieldname": "dropped", "label": _("Not Gone On"), **count},
		{"fieldname": "dropped_percent", "label": _("Not Gone On %"), **percent},
		{"fieldname": "lost", "label": _("Lost Here"), **count},
		{"fieldname": "open", "label": _("Still Open Here"), **count},
		{"fieldname": "median", "label": _("Median Time in State"), "fieldtype": "Duration", "width": 150},
	]


def chart(rows: list[dict]) -> dict | None:
	if not rows[0]["reached"]:
		return None
	return {
		"type": "bar",
		"fieldtype": "Int",
		"colors": ["#2490EF", "#E24C4C"],
		"data": {
			"labels": [row["label"] for row in rows],
			"datasets": [
				{"name": _("Came This Far"), "values": [row["reached"] for row in rows]},
				{"name": _("Lost Here"), "values": [row["lost"] for row in rows]},
			],
		},
	}


def summary(rows: list[dict]) -> list[dict]:
	"""All, won, and the step at which most were lost."""
	worst = max(rows, key=lambda row: row["lost"])
	figures = [
		{"label": _("Leads"), "value": rows[0]["reached"], "datatype": "Int"},
		{"label": _("Conversion %"), "value": rows[-1]["of_all_percent"], "datatype": "Percent", "indicator": "Green"},
	]
	if worst["lost"]:
		figures.append({"label": _("Most Are Lost At"), "value": worst["label"], "datatype": "Data", "indicator": "Red"})
	return figures
