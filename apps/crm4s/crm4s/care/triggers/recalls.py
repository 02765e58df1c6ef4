"""Cars of active recalls that are not repaired."""

from collections.abc import Iterator
from datetime import date

import frappe

from crm4s.care.audience import narrow
from crm4s.care.due import Due, driven, tables
from crm4s.rows.ranges import in_slices


def cars_called_back(rule, day: date) -> Iterator[list[Due]]:
	"""All that stand open on that day, also cars that came into our books after the recall."""
	for recall in frappe.get_all("C4S Recall", {"status": "Active", "released_on": ["<=", day]}, ["name", "title"], order_by="name"):
		yield from _cars(rule, day, recall)


def _cars(rule, day: date, recall) -> Iterator[list[Due]]:
	customer, car = tables()
	listed = frappe.qb.DocType("C4S Recall Vehicle")
	query = (
		driven(frappe.qb.from_(listed).join(car).on(car.vin == listed.vin), car, customer)
		.select(listed.vin, car.name, car.current_owner)
		.where((listed.recall == recall.name) & (listed.status == "Open"))
	)
	facts = {"recall": recall.name, "title": recall.title}
	for rows in in_slices(narrow(query, rule, customer, car), listed.vin):
		yield [Due(row.name, f"{recall.name[:60]} {row.current_owner}", row.current_owner, day, row.name, facts=facts) for row in rows]
