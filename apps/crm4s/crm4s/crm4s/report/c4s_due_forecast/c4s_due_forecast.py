"""Cars that are due for service, and whose insurance or inspection ends, in each of the coming weeks, by week, store or model.

Expected to come are those due for service that still come at their rhythm: whose churn stage begins no later than at one rhythm.
"""

import frappe
from frappe import _
from frappe.query_builder.functions import Count
from frappe.utils import add_days, cint, formatdate, getdate, nowdate

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.doctype.c4s_stock_movement.transitions import WITH_CUSTOMER
from crm4s.crm4s.report import shapes
from crm4s.crm4s.report.period import with_view
from crm4s.reports.due_forecast import OVERDUE, due_forecast, monday_of, week_of

VEHICLE, APPOINTMENT = "C4S Vehicle", "C4S Service Appointment"
WEEK = "Week"
VIEWS = {WEEK: shapes.Axis("week"), "Store": shapes.STORE, "Model": shapes.Axis("model", "C4S Vehicle Model")}
WEEKS, MOST_WEEKS = 12, 53
# What was due longer ago is a matter for retention.
WEEKS_OVERDUE = 26


def execute(filters: dict | None = None):
	filters = _complete(filters)
	keys = [OVERDUE, *range(filters.weeks)] if filters.view == WEEK else None
	rows = due_forecast(read_parts(filters), keys)
	rows = in_weeks(rows, filters) if filters.view == WEEK else shapes.read(rows, VIEWS[filters.view], filters, ["model"])
	return columns(filters.view), rows, None, chart(rows, filters.view), summary(rows, filters.view)


def _complete(filters: dict | None):
	"""The filters with the view, the number of weeks, and from when to when: from this Monday on."""
	filters = with_view(filters, VIEWS)
	filters.weeks = min(max(cint(filters.weeks) or WEEKS, 1), MOST_WEEKS)
	filters.from_date = monday_of(getdate(nowdate()))
	filters.to_date = getdate(add_days(filters.from_date, 7 * filters.weeks - 1))
	return filters


def read_parts(filters) -> list[list[dict]]:
	car = frappe.qb.DocType(VEHICLE)
	in_rhythm = car.churn_stage.isin(stages_in_rhythm() or [""])
	return [
		_cars(car, "next_service_on", {"service": Count("*"), "expected": shapes.count_if(in_rhythm)}, filters, overdue=filters.view == WEEK),
		_cars(car, "insurance_until", {"insurance": Count("*")}, filters),
		_cars(car, "inspection_due_on", {"inspection": Count("*")}, filters),
		_booked(filters),
	]


def stages_in_rhythm() -> list[str]:
	"""The churn stages of cars that do not stay away."""
	return frappe.get_all("C4S Churn Stage", {"enabled": 1, "from_factor": ["<=", 1]}, pluck="name", order_by="from_factor")


def _cars(car, moment: str, measures: dict, filters, overdue: bool = False) -> list[dict]:
	begins = add_days(filters.from_date, -7 * WEEKS_OVERDUE) if overdue else filters.from_date
	query = (
		frappe.qb.from_(car)
		.select(*(measure.as_(name) for name, measure in measures.items()))
		.where((car[moment] >= begins) & (car[moment] <= filters.to_date) & car.status.isin(WITH_CUSTOMER))
	)
	return _grouped(shapes.equal_to(query, car, filters, ["model"]), car, moment, filters)


def _booked(filters) -> list[dict]:
	appointment = frappe.qb.DocType(APPOINTMENT)
	query = (
		frappe.qb.from_(appointment)
		.select(Count("*").as_("booked"))
		.where(shapes.within(appointment.planned_from, filters) & appointment.status.isin(("Booked", "Arrived")))
	)
	return _grouped(shapes.equal_to(query, appointment, filters, ["model"]), appointment, "planned_from", filters)


def _grouped(query, table, moment: str, filters) -> list[dict]:
	if filters.view == WEEK:
		days = frappe.qb.functions("to_days", table[moment]) - frappe.qb.functions("to_days", str(filters.from_date))
		key = frappe.qb.functions("greatest", frappe.qb.functions("floor", days / 7), OVERDUE)
	else:
		key = VIEWS[filters.view].term(table)
	return keep_stores(query.select(key.as_("key")).groupby(key), table.dealership, filters.dealership).run(as_dict=True)


def in_weeks(rows: list[dict], filters) -> list[dict]:
	"""The rows with the weeks as people read them."""
	behind = {"dealership": shapes.of_store(filters.dealership)} if filters.dealership else {}
	if filters.model:
		behind["model"] = filters.model
	for row in rows:
		begins, ends = week_of(row["key"], filters.from_date)
		row["label"] = f"{formatdate(begins)} – {formatdate(ends)}"
		if row["key"] == OVERDUE:
			begins = add_days(filters.from_date, -7 * WEEKS_OVERDUE)
			row["label"] = _("Overdue")
		row |= {"behind": behind, "span": [str(begins), str(ends)]}
	return rows


def columns(view: str) -> list[dict]:
	in_use = {"status": ["in", list(WITH_CUSTOMER)]}
	return [
		shapes.key_column(view, 210),
		shapes.column("service", _("Due for Service"), width=140, **shapes.opens(VEHICLE, "next_service_on", **in_use)),
		shapes.column("expected", _("Expected to Come"), width=150, **shapes.opens(VEHICLE, "next_service_on", **in_use, churn_stage=["in", stages_in_rhythm()])),
		shapes.column("booked", _("Appointments"), width=130, **shapes.opens(APPOINTMENT, "planned_from", status=["in", ["Booked", "Arrived"]])),
		shapes.column("booked_percent", _("Booked of Expected %"), "Percent", 165),
		shapes.column("insurance", _("Insurance Ends"), width=140, **shapes.opens(VEHICLE, "insurance_until", **in_use)),
		shapes.column("inspection", _("Inspection Due"), width=140, **shapes.opens(VEHICLE, "inspection_due_on", **in_use)),
	]


def chart(rows: list[dict], view: str) -> dict | None:
	drawn = [{**row, "label": row["span"][0][5:]} for row in rows if row["key"] != OVERDUE] if view == WEEK else rows
	return shapes.bars(drawn, {"expected": _("Expected to Come"), "booked": _("Appointments")}, most=MOST_WEEKS if view == WEEK else 20)


def summary(rows: list[dict], view: str) -> list[dict]:
	coming = [row for row in rows if row["key"] != OVERDUE]
	overdue = [row["service"] for row in rows if row["key"] == OVERDUE]
	figures = [shapes.figure(_(label), sum(row[name] for row in coming)) for name, label in (("service", "Due for Service"), ("expected", "Expected to Come"), ("booked", "Appointments"))]
	return [*figures, *(shapes.figure(_("Overdue"), count, indicator="Red") for count in overdue)]
