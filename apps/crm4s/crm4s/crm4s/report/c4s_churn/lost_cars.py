"""The cars behind the churn rate, read from the visits themselves."""

import frappe
from frappe import _
from frappe.query_builder import CustomFunction
from frappe.query_builder.functions import Coalesce
from pypika.terms import ExistsCriterion, Interval

from crm4s.access.chosen_stores import keep_stores
from crm4s.crm4s.report.shapes import column
from crm4s.reports.returns import month_start
from crm4s.returning.read import number_of

VISIT, CAR = "C4S Service Visit", "C4S Vehicle"
MOST = 1000
EndOfMonth = CustomFunction("last_day", ["date"])


def lost_cars(filters) -> list[dict]:
	"""Each car lost in the months of the filters, the longest away first: at most MOST."""
	others = {months: [model for model, own in filters.own.items() if own == months] for months in set(filters.own.values())}
	rows = [row for months, models in others.items() for row in _lost(filters, months, models=models)]
	rows += _lost(filters, filters.usual, but=list(filters.own))
	return sorted(rows, key=lambda row: (row["settled_on"], row["vehicle"]))[:MOST]


def _lost(filters, window: int, models: list[str] | None = None, but: list[str] = ()) -> list[dict]:
	visit, car = frappe.qb.DocType(VISIT), frappe.qb.DocType(CAR)
	first, end = (month_start(number_of(day) - window + more) for day, more in ((filters.from_date, 0), (filters.to_date, 1)))
	query = (
		frappe.qb.from_(visit)
		# An outer join, as the database would begin with all cars and sort all visits of theirs.
		.left_join(car)
		.on(car.name == visit.vehicle)
		.select(visit.vehicle, car.vehicle_title, car.model, visit.dealership, visit.name.as_("visit"), visit.settled_on, car.last_workshop_visit_on)
		.where(_counts(visit) & (visit.settled_on >= first) & (visit.settled_on < end))
		.where(ExistsCriterion(_seen_again(visit, window)).negate())
		.orderby(visit.settled_on)
		.limit(MOST)
	)
	# Not the column itself, which would make an inner join of it.
	model = Coalesce(car.model, "")
	if models is not None:
		query = query.where(model.isin(models))
	if but:
		query = query.where(model.notin(but))
	if filters.model:
		query = query.where(model == filters.model)
	return list(keep_stores(query, visit.dealership, filters.dealership).run(as_dict=True))


def _seen_again(visit, window: int):
	"""A later visit of the car up to the end of the last month of the window: in the same month, too, as a car counts in the store in which it was last."""
	later = frappe.qb.DocType(VISIT).as_("later")
	after = (later.settled_on > visit.settled_on) | ((later.settled_on == visit.settled_on) & (later.name > visit.name))
	until = frappe.qb.functions("adddate", EndOfMonth(visit.settled_on + Interval(months=window)), 1)
	return frappe.qb.from_(later).select(later.name).where((later.vehicle == visit.vehicle) & _counts(later) & after & (later.settled_on < until))


def _counts(visit):
	return (visit.status == "Settled") & (visit.visit_kind == "Workshop")


def columns_of_cars() -> list[dict]:
	return [
		column("vehicle", _("Vehicle"), "Link", 130, options=CAR),
		column("vehicle_title", _("Car"), "Data", 240),
		column("model", _("Model"), "Link", 150, options="C4S Vehicle Model"),
		column("dealership", _("Store"), "Link", 140, options="C4S Dealership"),
		column("visit", _("Last Visit"), "Link", 140, options=VISIT),
		column("settled_on", _("Settled On"), "Date", 120),
		column("last_workshop_visit_on", _("Last Seen On"), "Date", 130),
	]
