"""How fast leads that were received in a time were answered, in working minutes, against the time that their source allows."""

import frappe
from frappe import _
from pypika import Case

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report import percentiles, shapes
from crm4s.crm4s.report.period import with_period
from crm4s.leads.answered import is_overdue
from crm4s.reports.lead_response import STEPS, SUMS, lead_response

LEAD = "C4S Lead"
VIEWS = {
	"Sales Consultant": shapes.CONSULTANT,
	"Source": shapes.Axis("source", "C4S Source"),
	"Store": shapes.STORE,
	shapes.MONTH: shapes.BY_MONTH,
}
FILTERS = ("source", "sales_consultant")


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS)
	groups, total = percentiles.read_groups(leads(filters, VIEWS[filters.view]), STEPS, (*SUMS, "overdue"), counted="leads")
	rows = lead_response(groups)
	rows = shapes.read(sorted(rows, key=lambda row: -row["leads"]), VIEWS[filters.view], filters, FILTERS)
	drawn = {"response_median": _("Median"), "response_p90": _("9 of 10")}
	return columns(filters.view), rows, None, shapes.bars(rows, drawn, fieldtype="Float"), summary(*lead_response([total])) if total else []


def leads(filters, axis: shapes.Axis):
	"""One row a lead: key, response_seconds (None while nobody answered), and what it counts as, 1 or 0."""
	lead = frappe.qb.DocType(LEAD)
	answered, waiting = lead.responded_on.isnotnull(), lead.response == "Waiting"
	query = (
		frappe.qb.from_(lead)
		.select(
			axis.term(lead, "received_on").as_("key"),
			Case().when(answered, lead.response_minutes * 60).as_("response_seconds"),
			_one_if(answered).as_("answered"),
			_one_if(lead.response == "In Time").as_("in_time"),
			_one_if(lead.response == "Late").as_("late"),
			_one_if(waiting).as_("waiting"),
			_one_if(is_overdue(lead)).as_("overdue"),
			_one_if(answered & (lead.response_minutes <= 15)).as_("within_15"),
			_one_if(answered & (lead.response_minutes <= 60)).as_("within_60"),
		)
		.where(shapes.within(lead.received_on, filters))
	)
	return keep_stores(shapes.equal_to(query, lead, filters, FILTERS), lead.dealership, filters.dealership)


def _one_if(condition):
	return Case().when(condition, 1).else_(0)


def columns(view: str) -> list[dict]:
	percent, minutes = {"fieldtype": "Percent", "width": 165}, {"fieldtype": "Float", "precision": 1, "width": 215}
	return [
		shapes.key_column(view),
		shapes.column("leads", _("Leads Received"), width=130, **shapes.opens(LEAD, "received_on")),
		shapes.column("answered", _("Answered"), **shapes.opens(LEAD, "received_on", responded_on=["is", "set"])),
		shapes.column("response_median", _("Answered after, Median (min)"), **minutes),
		shapes.column("response_p90", _("Answered after, 9 of 10 (min)"), **minutes),
		shapes.column("within_15_percent", _("Within 15 Minutes %"), **percent),
		shapes.column("within_60_percent", _("Within 60 Minutes %"), **percent),
		shapes.column("in_time_percent", _("Answered in Time %"), **percent),
		shapes.column("late", _("Answered Late"), width=125, **shapes.opens(LEAD, "received_on", response="Late")),
		shapes.column("waiting", _("Waiting for an Answer"), width=165, **shapes.opens(LEAD, "received_on", response="Waiting")),
	]


def summary(total: dict) -> list[dict]:
	return [
		shapes.figure(_("Leads Received"), total["leads"]),
		shapes.figure(_("Answered after, Median (min)"), total["response_median"], "Float"),
		shapes.figure(_("Answered in Time %"), total["in_time_percent"], "Percent", "Green"),
		shapes.figure(_("Waiting for an Answer"), total["waiting"], indicator="Red" if total["overdue"] else None),
	]
