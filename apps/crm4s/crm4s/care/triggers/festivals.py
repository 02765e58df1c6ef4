"""Festivals: everybody whom the rule means, on one day of the year."""

from collections.abc import Iterator
from datetime import date

import frappe

from crm4s.care.audience import narrow
from crm4s.care.due import Due, tables
from crm4s.rows.ranges import in_slices


def read(rule, day: date) -> Iterator[list[Due]]:
	festival = frappe.get_doc("C4S Festival", rule.festival)
	if not festival.enabled or not festival.as_festival().is_on(day):
		return
	customer, _car = tables()
	query = narrow(frappe.qb.from_(customer).select(customer.name), rule, customer)
	for rows in in_slices(query, customer.name):
		yield [Due(row.name, f"{rule.festival[:40]} {day.year}", row.name, day, facts={"festival": rule.festival}) for row in rows]
