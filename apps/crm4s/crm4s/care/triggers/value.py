"""Customers whose value level the nightly job moved up or down."""

from collections.abc import Iterator
from datetime import date

import frappe

from crm4s.care.audience import narrow
from crm4s.care.due import Due, tables

# From the lowest.
LEVELS = ("Low", "Middle", "High")


def changes(rule, day: date) -> Iterator[list[Due]]:
	customer, _car = tables()
	query = (
		frappe.qb.from_(customer)
		.select(customer.name, customer.value_level, customer.value_level_before)
		.where(customer.value_level_changed_on == day)
	)
	yield [
		Due(row.name, f"{day}", row.name, day, facts={"before": row.value_level_before, "after": row.value_level})
		for row in narrow(query, rule, customer).run(as_dict=True)
		if not rule.value_change or rule.value_change == _direction(row)
	]


def _direction(row) -> str:
	return "Risen" if _rank(row.value_level) > _rank(row.value_level_before) else "Fallen"


def _rank(level: str | None) -> int:
	return LEVELS.index(level) if level in LEVELS else -1
