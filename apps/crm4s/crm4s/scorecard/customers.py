"""Who came back: customers and cars that were served in one window and again in the next."""

import frappe
from frappe.query_builder.functions import Count, Max, Min, Sum

from crm4s.scorecard.counting import Amounts, Window
from crm4s.value.scorecard import first_of_window

VISIT, RETURNS = "C4S Service Visit", "C4S Return Month"
SETTLED = "Settled"


def served_before(window: Window) -> Amounts:
	"""Distinct customers whom a store served in as many months before the window as it has; of two stores, once in each."""
	return _served(window, again=False)


def served_again(window: Window) -> Amounts:
	"""Those of them whom the same store served in the window again."""
	return _served(window, again=True)


def _served(window: Window, again: bool) -> Amounts:
	visit = frappe.qb.DocType(VISIT)
	# Grouped as the index of the customers' sums is sorted: ten million visits take 20 s instead of 100.
	customers = (
		frappe.qb.from_(visit)
		.where((visit.settled_on >= window.before) & (visit.settled_on < (window.end if again else window.start)))
		.where((visit.status == SETTLED) & visit.customer.isnotnull())
		.groupby(visit.customer, visit.dealership)
		.select(visit.dealership, Min(visit.settled_on).as_("first"), Max(visit.settled_on).as_("last"))
	)
	query = frappe.qb.from_(customers).where(customers.first < window.start).groupby(customers.dealership)
	if again:
		query = query.where(customers.last >= window.start)
	return [(store, "", float(number)) for store, number in query.select(customers.dealership, Count("*")).run()]


def cars_served_before(window: Window) -> Amounts:
	"""Distinct cars that were here in the month before which the window lies: of churn with window N, in month M − N."""
	return _returns(window, lambda row: row.cars)


def cars_not_back(window: Window) -> Amounts:
	"""Those of them that were seen nowhere in the group in the N months since."""
	return _returns(window, lambda row: row.cars - row[f"back_{window.months}"])


def _returns(window: Window, amount) -> Amounts:
	row = frappe.qb.DocType(RETURNS)
	month = first_of_window(window.month, window.months + 1)
	query = frappe.qb.from_(row).where(row.month == month).groupby(row.dealership).select(row.dealership, Sum(amount(row)))
	return [(store, "", float(sum_ or 0)) for store, sum_ in query.run()]
