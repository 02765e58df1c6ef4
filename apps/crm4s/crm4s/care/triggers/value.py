"""Customers whose value level or value class the nightly jobs moved up or down."""

from collections.abc import Iterator, Sequence
from datetime import date

import frappe

from crm4s.care.audience import narrow
from crm4s.care.due import Due, tables
from crm4s.value.customers.classes import HIGH_AT_RISK, HIGH_STABLE, LOW_AT_RISK, LOW_STABLE, NO_VALUE

# From the lowest.
LEVELS = ("Low", "Middle", "High")
CLASSES = (NO_VALUE, LOW_AT_RISK, LOW_STABLE, HIGH_AT_RISK, HIGH_STABLE)


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


def class_changes(rule, day: date) -> Iterator[list[Due]]:
	"""By all dealings of the customer; the job that computes values runs before the rules (crm4s.care.run)."""
	customer, _car = tables()
	change = frappe.qb.DocType("C4S Value Change")
	query = (
		frappe.qb.from_(customer)
		.join(change)
		.on((change.customer == customer.name) & (change.is_whole == 1) & (change.changed_on == day) & (change.class_before != "") & (change.class_after != ""))
		.select(customer.name, change.class_before, change.class_after)
	)
	yield [
		Due(row.name, f"{day}", row.name, day, facts={"before": row.class_before, "after": row.class_after})
		for row in narrow(query, rule, customer).run(as_dict=True)
		if not rule.value_change or rule.value_change == _moved(row.class_before, row.class_after, CLASSES)
	]


def _direction(row) -> str:
	return _moved(row.value_level_before, row.value_level, LEVELS)


def _moved(before: str | None, after: str | None, order: Sequence[str]) -> str:
	return "Risen" if _rank(after, order) > _rank(before, order) else "Fallen"


def _rank(word: str | None, order: Sequence[str]) -> int:
	return order.index(word) if word in order else -1
