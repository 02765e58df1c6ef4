"""Appointments planned for a time and the visits of that time: how many came with one, no-shows, punctuality, how long before they were made."""

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from pypika.terms import ValueWrapper

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report import percentiles, shapes
from crm4s.crm4s.report.period import with_period
from crm4s.reports.appointments import appointments

APPOINTMENT, VISIT = "C4S Service Appointment", "C4S Service Visit"
CHANNEL, WEEKDAY = "Channel", "Weekday"
VIEWS = {
	shapes.MONTH: shapes.BY_MONTH,
	"Store": shapes.STORE,
	"Service Advisor": shapes.ADVISOR,
	CHANNEL: shapes.Axis("channel"),
	WEEKDAY: shapes.Axis("weekday", listed=False),
}
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Whoever comes that late has kept the hour.
GRACE_SECONDS = 15 * 60
FILTERS = ("service_advisor",)


def execute(filters: dict | None = None):
	filters = with_period(filters, VIEWS)
	axis = VIEWS[filters.view]
	rows = appointments(read_appointments(filters, axis), read_visits(filters, axis))
	if filters.view == WEEKDAY:
		rows = [{**row, "key": WEEKDAY_NAMES[int(row["key"])]} for row in sorted(rows, key=lambda row: row["key"])]
	rows = shapes.read(rows, axis, filters, FILTERS)
	total = appointments(read_appointments(filters, None), read_visits(filters, None))
	drawn = {"arrived": _("Arrived"), "no_show": _("No-Show"), "cancelled": _("Cancelled")}
	return columns(filters.view), rows, None, shapes.bars(rows, drawn), summary(total[0]) if total else []


def read_appointments(filters, axis: shapes.Axis | None) -> list[dict]:
	"""Counts by key; with None of all together."""
	table = frappe.qb.DocType(APPOINTMENT)
	arrived = table.status == "Arrived"
	late = percentiles.seconds_between(table.planned_from, table.arrived_on)
	measures = {
		"planned": Count("*"),
		"arrived": shapes.count_if(arrived),
		"no_show": shapes.count_if(table.status == "No-Show"),
		"cancelled": shapes.count_if(table.status == "Cancelled"),
		"waiting": shapes.count_if(table.status == "Booked"),
		"on_time": shapes.count_if(arrived & (late <= GRACE_SECONDS)),
		"lead_seconds": frappe.qb.functions("sum", percentiles.seconds_between(table.creation, table.planned_from)),
	}
	return _grouped(table, "planned_from", axis, measures, filters)


def read_visits(filters, axis: shapes.Axis | None) -> list[dict]:
	"""Cars that came into the workshop. A visit without an appointment came by no channel."""
	visit = frappe.qb.DocType(VISIT)
	if axis == VIEWS[CHANNEL]:
		return []
	measures = {"visits": Count("*"), "with_appointment": shapes.count_if(visit.appointment.isnotnull())}
	return _grouped(visit, "arrived_on", axis, measures, filters, (visit.visit_kind == "Workshop") & (visit.status != "Cancelled"))


def _grouped(table, moment: str, axis: shapes.Axis | None, measures: dict, filters, condition=None) -> list[dict]:
	if axis is None:
		key = ValueWrapper("")
	else:
		key = frappe.qb.functions("weekday", table[moment]) if axis == VIEWS[WEEKDAY] else axis.term(table, moment)
	query = frappe.qb.from_(table).select(key.as_("key"), *(measure.as_(name) for name, measure in measures.items()))
	query = query.where(shapes.within(table[moment], filters)).groupby(key)
	if condition is not None:
		query = query.where(condition)
	return keep_stores(shapes.equal_to(query, table, filters, FILTERS), table.dealership, filters.dealership).run(as_dict=True)


def columns(view: str) -> list[dict]:
	percent = {"fieldtype": "Percent", "width": 140}

	def opens(status: str) -> dict:
		return shapes.opens(APPOINTMENT, "planned_from", status=status)

	of_visits = [
		shapes.column("visits", _("Workshop Visits"), width=140, **shapes.opens(VISIT, "arrived_on", visit_kind="Workshop", status=["!=", "Cancelled"])),
		shapes.column("appointment_percent", _("With Appointment %"), **percent),
	]
	return [
		shapes.key_column(view),
		shapes.column("planned", _("Appointments"), width=130, **shapes.opens(APPOINTMENT, "planned_from")),
		shapes.column("arrived", _("Arrived"), **opens("Arrived")),
		shapes.column("no_show", _("No-Show"), **opens("No-Show")),
		shapes.column("cancelled", _("Cancelled"), **opens("Cancelled")),
		shapes.column("no_show_percent", _("No-Show %"), **percent),
		shapes.column("on_time_percent", _("On Time %"), **percent),
		shapes.column("cancelled_percent", _("Cancelled %"), **percent),
		shapes.column("lead_days", _("Made Before, Days (Mean)"), "Float", 190, precision=1),
		*(of_visits if view != CHANNEL else []),
	]


def summary(total: dict) -> list[dict]:
	return [
		shapes.figure(_("Appointments"), total["planned"]),
		shapes.figure(_("With Appointment %"), total["appointment_percent"], "Percent", "Green"),
		shapes.figure(_("No-Show %"), total["no_show_percent"], "Percent", "Red"),
		shapes.figure(_("Made Before, Days (Mean)"), total["lead_days"], "Float"),
	]
