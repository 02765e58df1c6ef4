"""Festivals: everybody whom the rule means, on one day of the year."""

from collections.abc import Iterator
from datetime import date

import frappe

from crm4s.care.audience import narrow
from crm4s.care.due import Due, tables

SLICE = 10_000


def read(rule, day: date) -> Iterator[list[Due]]:
	festival = frappe.get_doc("C4S Festival", rule.festival)
	if not festival.enabled or not festival.as_festival().is_on(day):
		return
	customer, _car = tables()
	query = narrow(frappe.qb.from_(customer).select(customer.name), rule, customer)
	after = ""
	while names := query.where(customer.name > after).orderby(customer.name).limit(SLICE).run(pluck=True):
		after = names[-1]
		yield [Due(name, f"{rule.festival[:40]} {day.year}", name, day, facts={"festival": rule.festival}) for name in names]
