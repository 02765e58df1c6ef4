"""How many visits settled in a time were followed by a comeback, by month, store, advisor, model or technician."""

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Max, Min, Sum
from pypika.terms import ValueWrapper

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report import percentiles, shapes
from crm4s.crm4s.report.period import with_period
from crm4s.reports.comebacks import comebacks

VISIT, VEHICLE, JOB = "C4S Service Visit", "C4S Vehicle", "C4S Repair Job"
MODEL, TECHNICIAN = "Model", "Technician"
VIEWS = {
	shapes.MONTH: shapes.BY_MONTH,
	"Store": shapes.STORE,
	"Service Advisor": shapes.ADVISOR,
	MODEL: shapes.Axis("model", "C4S Vehicle Model", listed=False),
	TECHNICIAN: shapes.Axis("technician", "C4S Resource", listed=False),
}
FILTERS = ("service_advisor",)


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS)
	rows = comebacks(read_visits(filters, filters.view), read_returned(filters, filters.view))
	rows = shapes.read(rows, VIEWS[filters.view], filters, FILTERS)
	total = comebacks(read_visits(filters, None), read_returned(filters, None))
	drawn = {"rate_percent": _("Came Back %")}
	return columns(filters.view), rows, None, shapes.bars(rows, drawn, fieldtype="Float"), summary(total[0]) if total else []


def read_visits(filters, view: str | None) -> dict:
	"""Settled visits to the workshop by key."""
	first = frappe.qb.DocType(VISIT)
	query, key = _with_key(_settled(frappe.qb.from_(first), first, filters), first, view)
	return dict(query.select(key, Count(first.name).distinct() if view == TECHNICIAN else Count("*")).groupby(key).run())


def read_returned(filters, view: str | None) -> list[dict]:
	"""Rows of key, returned, comebacks, seconds and internal_cost; of several comebacks of a visit the first says how soon."""
	first, back = frappe.qb.DocType(VISIT), frappe.qb.DocType(VISIT).as_("back")
	# Few visits are comebacks: the database begins with these.
	query = frappe.qb.from_(back).join(first).on(first.name == back.comeback_of).where((back.comeback_of > "") & (back.status != "Cancelled"))
	# A row a visit: Min() and Max() are of the same visit.
	each = _settled(query, first, filters).groupby(first.name).select(
		first.name,
		Max(first.dealership).as_("dealership"),
		Max(first.service_advisor).as_("service_advisor"),
		Max(first.vehicle).as_("vehicle"),
		Max(first.settled_on).as_("settled_on"),
		Count("*").as_("comebacks"),
		Min(percentiles.seconds_between(first.settled_on, back.arrived_on)).as_("seconds"),
		Sum(back.internal_amount).as_("internal_cost"),
	)
	query, key = _with_key(frappe.qb.from_(each), each, view)
	sums = [Sum(each[name]).as_(name) for name in ("comebacks", "seconds", "internal_cost")]
	return query.select(key.as_("key"), Count("*").as_("returned"), *sums).groupby(key).run(as_dict=True)


def _settled(query, visit, filters):
	"""Visits to the workshop; a sale over the counter does not come back, a rescue is its own occasion."""
	query = query.where((visit.status == "Settled") & (visit.visit_kind == "Workshop") & shapes.within(visit.settled_on, filters))
	return keep_stores(shapes.equal_to(query, visit, filters, FILTERS), visit.dealership, filters.dealership)


def _with_key(query, visit, view: str | None):
	"""The query, joined where the view needs it, and by what it groups. A visit counts for each of its technicians."""
	if view is None:
		return query, ValueWrapper("")
	if view == MODEL:
		car = frappe.qb.DocType(VEHICLE)
		return query.left_join(car).on(car.name == visit.vehicle), VIEWS[view].term(car)
	if view == TECHNICIAN:
		job = frappe.qb.DocType(JOB)
		jobs = frappe.qb.from_(job).select(job.service_visit, job.technician).distinct().where((job.status == "Finished") & job.technician.isnotnull())
		return query.join(jobs).on(jobs.service_visit == visit.name), jobs.technician
	return query, VIEWS[view].term(visit, "settled_on")


def columns(view: str) -> list[dict]:
	workshop = {"status": "Settled", "visit_kind": "Workshop"}
	return [
		shapes.key_column(view),
		shapes.column("visits", _("Visits Settled"), width=130, **shapes.opens(VISIT, "settled_on", **workshop)),
		shapes.column("returned", _("Of These Came Back"), width=160),
		shapes.column("rate_percent", _("Came Back %"), "Percent", 130),
		shapes.column("comebacks", _("Comebacks")),
		shapes.column("days", _("Days until Coming Back, Mean"), "Float", 225, precision=1),
		shapes.column("internal_cost", _("Charged to Ourselves"), "Currency", 160),
	]


def summary(total: dict) -> list[dict]:
	return [
		shapes.figure(_("Visits Settled"), total["visits"]),
		shapes.figure(_("Of These Came Back"), total["returned"], indicator="Red"),
		shapes.figure(_("Came Back %"), total["rate_percent"], "Percent"),
		shapes.figure(_("Charged to Ourselves"), total["internal_cost"], "Currency"),
	]
