"""Test drives that were planned for a time: whether they took place, how they were liked, and how many of their leads bought."""

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Sum
from pypika import Case
from pypika.terms import ExistsCriterion, ValueWrapper

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report import shapes
from crm4s.crm4s.report.period import with_period
from crm4s.reports.drives import drives_by_key
from crm4s.reports.service_steps import percent

DRIVE, LEAD = "C4S Test Drive", "C4S Lead"
VIEWS = {
	"Model": shapes.Axis("model", "C4S Vehicle Model"),
	"Sales Consultant": shapes.CONSULTANT,
	"Store": shapes.STORE,
	"Test-Drive Car": shapes.Axis("resource", "C4S Resource"),
	"Route": shapes.Axis("route", "C4S Test Drive Route"),
	"Likely to Buy": shapes.Axis("likely_to_buy"),
	shapes.MONTH: shapes.BY_MONTH,
}
FILTERS = ("model", "sales_consultant")


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS)
	axis = VIEWS[filters.view]
	rows = shapes.read(drives_by_key(read_groups(filters, axis)), axis, filters, FILTERS)
	total = drives_by_key(read_groups(filters, None))
	drawn = {"done": _("Done"), "won": _("Leads Won")}
	return columns(filters.view), rows, None, shapes.bars(rows, drawn), summary(total[0], without_drive(filters)) if rows else []


def read_groups(filters, axis: shapes.Axis | None) -> list[dict]:
	"""Counts of each key; with None of all drives together, as leads do not add up."""
	drive, lead = frappe.qb.DocType(DRIVE), frappe.qb.DocType(LEAD)
	done = drive.status == "Done"
	key = axis.term(drive, "planned_from") if axis else ValueWrapper("")
	query = (
		frappe.qb.from_(drive)
		.left_join(lead)
		.on(lead.name == drive.lead)
		.select(
			key.as_("key"),
			Count("*").as_("planned"),
			shapes.count_if(done).as_("done"),
			shapes.count_if(drive.status == "No-Show").as_("no_show"),
			shapes.count_if(drive.status == "Cancelled").as_("cancelled"),
			shapes.count_if(done & (drive.average_rating > 0)).as_("rated"),
			shapes.sum_if(done, drive.average_rating).as_("rating"),
			_leads(lead, done).as_("leads"),
			_leads(lead, done & (lead.status == "Won")).as_("won"),
			_leads(lead, done & (lead.status == "Open")).as_("open"),
		)
		.where(shapes.within(drive.planned_from, filters))
		.groupby(key)
	)
	return keep_stores(shapes.equal_to(query, drive, filters, FILTERS), drive.dealership, filters.dealership).run(as_dict=True)


def without_drive(filters) -> float | None:
	"""Conversion in percent of the leads received in the same time whose people did not drive; None without any."""
	lead, drive = frappe.qb.DocType(LEAD), frappe.qb.DocType(DRIVE)
	drove = frappe.qb.from_(drive).select(drive.name).where((drive.lead == lead.name) & (drive.status == "Done"))
	query = (
		frappe.qb.from_(lead)
		.select(Count("*"), Sum(Case().when(lead.status == "Won", 1).else_(0)))
		.where(shapes.within(lead.received_on, filters) & ExistsCriterion(drove).negate())
	)
	for field, own in (("model", "interested_model"), ("sales_consultant", "sales_consultant")):
		if filters.get(field):
			query = query.where(lead[own] == filters[field])
	leads, won = keep_stores(query, lead.dealership, filters.dealership).run()[0]
	return percent(won, leads)


def _leads(lead, condition):
	return Count(Case().when(condition, lead.name)).distinct()


def columns(view: str) -> list[dict]:
	rate = {"fieldtype": "Percent", "width": 130}
	return [
		shapes.key_column(view),
		shapes.column("planned", _("Planned"), **shapes.opens(DRIVE, "planned_from")),
		shapes.column("done", _("Done"), **shapes.opens(DRIVE, "planned_from", status="Done")),
		shapes.column("done_percent", _("Done %"), **rate),
		shapes.column("no_show", _("No-Show"), **shapes.opens(DRIVE, "planned_from", status="No-Show")),
		shapes.column("no_show_percent", _("No-Show %"), **rate),
		shapes.column("cancelled", _("Cancelled"), **shapes.opens(DRIVE, "planned_from", status="Cancelled")),
		shapes.column("rating", _("Rating"), "Float", precision=1),
		shapes.column("leads", _("Leads that Drove"), width=130),
		shapes.column("won", _("Leads Won")),
		shapes.column("conversion_percent", _("Conversion %"), **rate),
		shapes.column("decided_percent", _("Of Those Decided %"), "Percent", 165),
	]


def summary(total: dict, without: float | None) -> list[dict]:
	return [
		shapes.figure(_("Test Drives Done"), total["done"]),
		shapes.figure(_("No-Show %"), total["no_show_percent"], "Percent", "Red"),
		shapes.figure(_("Conversion with a Drive"), total["conversion_percent"], "Percent", "Green"),
		shapes.figure(_("Conversion without a Drive"), without, "Percent"),
		shapes.figure(_("Rating"), total["rating"], "Float"),
	]
