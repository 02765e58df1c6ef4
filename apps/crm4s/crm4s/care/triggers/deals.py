"""What follows from a deal: the wait for the car, and the end of the instalments."""

from collections.abc import Iterator
from datetime import date, timedelta

import frappe
from pypika.terms import Criterion

from crm4s.calendars import occasions
from crm4s.care.audience import narrow
from crm4s.care.due import Due, day_range, tables

DEAL = "C4S Deal"
LONGEST_WAIT_DAYS = 730
# Loans of up to ten years; which lengths the deals of a day have, the day's deals say.
LONGEST_FINANCE_MONTHS = 120


def waiting(rule, day: date) -> Iterator[list[Due]]:
	"""Ordered 14, 28, … days ago and not delivered, for a rule that says every 14 days."""
	waits = range(rule.every_days, LONGEST_WAIT_DAYS + 1, rule.every_days)
	deal = frappe.qb.DocType(DEAL)
	ordered = Criterion.any([deal.ordered_on[day_range(day - timedelta(days=wait))] for wait in waits])
	yield [
		Due(
			row.name, f"{(day - row.ordered_on.date()).days}", row.customer, day, row.vehicle, row.dealership,
			{"date": row.ordered_on.date(), "days": (day - row.ordered_on.date()).days},
		)
		for row in _deals(rule, deal, ordered & (deal.status == "Ordered"), deal.ordered_on)
	]


def finance_ends(rule, day: date) -> Iterator[list[Due]]:
	"""The last instalment: so many months after the delivery."""
	deal = frappe.qb.DocType(DEAL)
	ends = [
		deal.delivered_on[day_range(days[0], days[-1])] & (deal.finance_months == months)
		for months in range(1, LONGEST_FINANCE_MONTHS + 1)
		if (days := occasions.days_that_become(day, months))
	]
	yield [
		Due(row.name, f"{row.finance_months}", row.customer, day, row.vehicle, row.dealership, {"date": day, "months": row.finance_months})
		for row in _deals(rule, deal, Criterion.any(ends) & (deal.status == "Delivered"), deal.finance_months)
	]


def _deals(rule, deal, condition, *fields) -> list:
	customer, car = tables()
	query = (
		frappe.qb.from_(deal)
		.join(customer)
		.on(customer.name == deal.customer)
		.left_join(car)
		.on(car.name == deal.vehicle)
		.select(deal.name, deal.customer, deal.vehicle, deal.dealership, *fields)
		.where(condition)
	)
	return narrow(query, rule, customer, car).run(as_dict=True)
