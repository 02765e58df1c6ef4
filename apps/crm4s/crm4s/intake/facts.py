"""Facts that follow from visits, written anew for the customers and cars that an intake touched.

The nightly job (c4s_customer/classify.py) writes the same over ranges of names; customers of an intake are no range.
"""

from collections.abc import Sequence

import frappe
from frappe.query_builder import Case
from frappe.query_builder.functions import Date, Max, Min, Sum

from crm4s.access.customers import CUSTOMER
from crm4s.crm4s.doctype.c4s_vehicle.service_forecast import refresh
from crm4s.intake.writer import slices

CARS_OF_ONE_REFRESH = 1000


def write_service_facts(names: Sequence[str]) -> None:
	"""Workshop visits and what was paid for visits of every kind, of these customers, in one statement."""
	if not names:
		return
	customer, visit = frappe.qb.DocType(CUSTOMER), frappe.qb.DocType("C4S Service Visit")
	in_workshop = visit.visit_kind == "Workshop"
	day = Case().when(in_workshop, Date(visit.settled_on))
	visits = (
		frappe.qb.from_(visit)
		.where(visit.customer.isin(list(names)))
		.where(visit.status == "Settled")
		.select(
			visit.customer,
			Sum(Case().when(in_workshop, 1).else_(0)).as_("visit_count"),
			Max(day).as_("last_on"),
			Min(day).as_("first_on"),
			Sum(visit.customer_amount).as_("spent"),
		)
		.groupby(visit.customer)
	).as_("visits")
	count = frappe.qb.functions("ifnull", visits.visit_count, 0)
	days = frappe.qb.functions("datediff", visits.last_on, visits.first_on)
	interval = Case().when(count > 1, frappe.qb.functions("round", days / (count - 1)))
	(
		frappe.qb.update(customer)
		.left_join(visits)
		.on(visits.customer == customer.name)
		.set(customer.service_count, count)
		.set(customer.last_visit_on, visits.last_on)
		.set(customer.average_visit_interval_days, frappe.qb.functions("ifnull", interval, 0))
		.set(customer.total_spent, frappe.qb.functions("ifnull", visits.spent, 0))
		.where(customer.name.isin(list(names)))
	).run()


def write_vehicle_facts(names: Sequence[str]) -> None:
	"""Odometer and next service of these cars, by their one writer."""
	for part in slices(names, CARS_OF_ONE_REFRESH):
		refresh(part)
