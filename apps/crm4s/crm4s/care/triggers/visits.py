"""Visits to the workshop: those that were, and those that fail to come."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil

import frappe
from pypika.terms import ExistsCriterion

from crm4s.calendars import occasions
from crm4s.care.audience import narrow
from crm4s.care.due import Due, day_range, driven, tables

VISIT, SETTLED, WORKSHOP = "C4S Service Visit", "Settled", "Workshop"
# The nightly job counts intervals of days; who came twice in a week has no rhythm.
SHORTEST_INTERVAL, LONGEST_INTERVAL = 7, 1500


def visits_settled(rule, day: date) -> Iterator[list[Due]]:
	customer, car = tables()
	visit = frappe.qb.DocType(VISIT)
	query = (
		frappe.qb.from_(visit)
		.join(customer)
		.on(customer.name == visit.customer)
		.left_join(car)
		.on(car.name == visit.vehicle)
		.select(visit.name, visit.customer, visit.vehicle, visit.dealership, visit.settled_on)
		.where(visit.settled_on[day_range(day)] & (visit.status == SETTLED))
	)
	if rule.visit_kind:
		query = query.where(visit.visit_kind == rule.visit_kind)
	rows = narrow(query, rule, customer, car).run(as_dict=True)
	yield [
		Due(row.name, "1", row.customer, day, row.vehicle, row.dealership, {"date": row.settled_on.date(), "visit": row.name}) for row in rows
	]


def not_seen_for_months(rule, day: date) -> Iterator[list[Due]]:
	"""Cars whose last visit to the workshop is so many months ago on that day."""
	days = occasions.days_that_become(day, rule.months)
	if not days:
		return
	customer, car = tables()
	visit, later = frappe.qb.DocType(VISIT), frappe.qb.DocType(VISIT).as_("later")
	came_again = frappe.qb.from_(later).select(later.name).where(
		(later.vehicle == visit.vehicle) & (later.settled_on > visit.settled_on) & (later.status == SETTLED) & (later.visit_kind == WORKSHOP)
	)
	query = (
		driven(frappe.qb.from_(visit).join(car).on(car.name == visit.vehicle), car, customer)
		.select(visit.vehicle, car.current_owner, visit.dealership, visit.settled_on)
		.where(visit.settled_on[day_range(days[0], days[-1])] & (visit.status == SETTLED) & (visit.visit_kind == WORKSHOP))
		.where(ExistsCriterion(came_again).negate())
	)
	rows = narrow(query, rule, customer, car).run(as_dict=True)
	yield [
		Due(
			row.vehicle,
			f"{row.settled_on.date()}",
			row.current_owner,
			day,
			row.vehicle,
			row.dealership,
			{"date": row.settled_on.date(), "months": rule.months},
		)
		for row in rows
	]


def churn_stage_reached(rule, day: date) -> Iterator[list[Due]]:
	"""Cars that entered the rule's stage on that day and still are in it."""
	customer, car = tables()
	query = (
		driven(frappe.qb.from_(car), car, customer)
		.select(car.name, car.current_owner, car.churn_stage_since, car.last_workshop_visit_on, car.delivered_on)
		.where((car.churn_stage_since == day) & (car.churn_stage == rule.churn_stage))
	)
	yield [
		Due(
			row.name,
			f"{row.churn_stage_since}",
			row.current_owner,
			day,
			row.name,
			facts={"stage": rule.churn_stage, "date": row.last_workshop_visit_on or row.delivered_on},
		)
		for row in narrow(query, rule, customer, car).run(as_dict=True)
	]


def out_of_rhythm(rule, day: date) -> Iterator[list[Due]]:
	"""Customers who stay away for so many times their own interval: one look into an index for each length that an interval can have."""
	factor = float(rule.rhythm_factor)
	pairs = [
		[interval, str(day - timedelta(days=ceil(interval * factor)))] for interval in range(SHORTEST_INTERVAL, LONGEST_INTERVAL + 1)
	]
	# The query builder has no JSON_TABLE, and MariaDB looks up no pairs that are listed with `in`.
	names = frappe.db.sql(
		"""select customer.name
		from json_table(%s, '$[*]' columns (days int path '$[0]', last_on date path '$[1]')) wanted
		straight_join `tabC4S Customer` customer
			on customer.last_visit_on = wanted.last_on and customer.average_visit_interval_days = wanted.days""",
		json.dumps(pairs),
		pluck=True,
	)
	customer, _car = tables()
	for begin in range(0, len(names), 5000):
		query = (
			frappe.qb.from_(customer)
			.select(customer.name, customer.last_visit_on, customer.average_visit_interval_days)
			.where(customer.name.isin(names[begin : begin + 5000]))
		)
		rows = narrow(query, rule, customer).run(as_dict=True)
		yield [
			Due(
				row.name,
				f"{row.last_visit_on}",
				row.name,
				day,
				facts={"date": row.last_visit_on, "interval": row.average_visit_interval_days, "days": (day - row.last_visit_on).days},
			)
			for row in rows
		]
