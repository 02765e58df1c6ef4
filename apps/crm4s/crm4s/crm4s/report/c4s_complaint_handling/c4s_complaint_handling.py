"""Complaints received in a time and how they were handled: in time, how fast, how often again, at what cost, what customers said of it."""

import frappe
from frappe import _
from pypika import Case
from pypika.terms import ExistsCriterion

from crm4s.access.chosen_stores import keep_stores
from crm4s.complaints.promises import is_resolution_due, is_response_due
from crm4s.crm4s.report import shapes
from crm4s.crm4s.report.percentiles import read_groups
from crm4s.crm4s.report.period import with_period
from crm4s.reports.complaint_handling import COUNTS, handling

COMPLAINT, ESCALATION, VEHICLE = "C4S Complaint", "C4S Escalation", "C4S Vehicle"
MODEL = shapes.Axis("model", "C4S Vehicle Model", listed=False)
VIEWS = {
	shapes.MONTH: shapes.BY_MONTH,
	"Store": shapes.STORE,
	"Handler": shapes.Axis("handler", "User"),
	"Category": shapes.Axis("category", "C4S Complaint Category"),
	"Severity": shapes.Axis("severity", "C4S Complaint Severity"),
	"Cause": shapes.Axis("cause", "C4S Complaint Cause"),
	"Outcome": shapes.Axis("outcome"),
	"Channel": shapes.Axis("channel"),
	"Model": MODEL,
}
FILTERS = ("category", "severity", "handler", "channel")
SATISFIED_FROM = 4


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS, months=6)
	axis = VIEWS[filters.view]
	groups, total = read(filters, axis)
	rows = shapes.read(handling(groups), axis, filters, FILTERS)
	drawn = {"received": _("Received"), "closed": _("Closed"), "escalated": _("Escalated")}
	return columns(filters.view), rows, None, shapes.bars(rows, drawn), summary(*handling([total])) if total else []


def read(filters, axis: shapes.Axis) -> tuple[list[dict], dict | None]:
	"""Counts, compensation and times by key, and of all together."""
	complaint = frappe.qb.DocType(COMPLAINT)
	query = frappe.qb.from_(complaint)
	if axis == MODEL:
		vehicle = frappe.qb.DocType(VEHICLE)
		query, key = query.left_join(vehicle).on(vehicle.name == complaint.vehicle), axis.term(vehicle)
	else:
		key = axis.term(complaint, "received_on")
	flags = {name: Case().when(condition, 1).else_(0).as_(name) for name, condition in _conditions(complaint).items()}
	query = query.select(
		key.as_("key"),
		*flags.values(),
		complaint.satisfaction.as_("rating_sum"),
		Case().when(complaint.outcome == "Compensate", complaint.compensation_amount).else_(0).as_("compensation"),
		complaint.closed_loop.as_("loop_seconds"),
	)
	query = shapes.equal_to(query.where(shapes.within(complaint.received_on, filters)), complaint, filters, FILTERS)
	counted = [name for name in COUNTS if name != "received"]
	return read_groups(keep_stores(query, complaint.dealership, filters.dealership), ["loop"], [*counted, "compensation"], "received")


def _conditions(complaint) -> dict:
	"""By count the condition under which a complaint is among them."""
	step = frappe.qb.DocType(ESCALATION)
	told = frappe.qb.from_(step).select(step.name).where((step.document_name == complaint.name) & (step.document_type == COMPLAINT) & step.told_on.isnotnull())
	response_due, resolution_due = is_response_due(complaint), is_resolution_due(complaint)
	return {
		"open": complaint.status == "Open",
		"resolved": complaint.status == "Resolved",
		"closed": complaint.status == "Closed",
		"reopened": complaint.times_reopened > 0,
		"escalated": ExistsCriterion(told),
		"response_due": response_due,
		"response_in_time": response_due & (complaint.responded_on <= complaint.respond_by),
		"resolution_due": resolution_due,
		"resolution_in_time": resolution_due & (complaint.resolved_on <= complaint.resolve_by),
		"rated": complaint.satisfaction > 0,
		"satisfied": complaint.satisfaction >= SATISFIED_FROM,
		"compensated": (complaint.outcome == "Compensate") & (complaint.compensation_amount > 0),
	}


def columns(view: str) -> list[dict]:
	percent, days = {"fieldtype": "Percent", "width": 135}, {"fieldtype": "Float", "precision": 1, "width": 150}

	def opens(**only) -> dict:
		return shapes.opens(COMPLAINT, "received_on", **only)

	return [
		shapes.key_column(view),
		shapes.column("received", _("Received"), **opens()),
		shapes.column("open", _("Open"), width=90, **opens(status="Open")),
		shapes.column("resolved", _("Resolved"), width=90, **opens(status="Resolved")),
		shapes.column("closed", _("Closed"), width=90, **opens(status="Closed")),
		shapes.column("response_percent", _("Responded in Time %"), **percent),
		shapes.column("resolution_percent", _("Resolved in Time %"), **percent),
		shapes.column("loop_days", _("Days to Closing (Median)"), **days),
		shapes.column("loop_days_p90", _("Days to Closing (90 %)"), **days),
		shapes.column("escalated", _("Escalated")),
		shapes.column("reopened", _("Reopened"), **opens(times_reopened=[">", 0])),
		shapes.column("satisfied_percent", _("Satisfied %"), **percent),
		shapes.column("rating", _("Rating at Closing"), "Float", 130, precision=1),
		shapes.column("compensated", _("Compensated"), **opens(outcome="Compensate", compensation_amount=[">", 0])),
		shapes.column("compensation", _("Compensation"), "Currency", 130),
	]


def summary(total: dict) -> list[dict]:
	return [
		shapes.figure(_("Received"), total["received"]),
		shapes.figure(_("Responded in Time %"), total["response_percent"], "Percent", "Blue"),
		shapes.figure(_("Resolved in Time %"), total["resolution_percent"], "Percent", "Green"),
		shapes.figure(_("Days to Closing (Median)"), total["loop_days"], "Float"),
		shapes.figure(_("Satisfied %"), total["satisfied_percent"], "Percent", "Blue"),
	]
