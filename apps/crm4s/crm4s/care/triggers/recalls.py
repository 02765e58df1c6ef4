"""Cars of active recalls that are not repaired."""

from collections.abc import Iterator
from datetime import date

import frappe

from crm4s.care.audience import narrow
from crm4s.care.due import Due, tables
from crm4s.crm4s.doctype.c4s_stock_movement.transitions import WITH_CUSTOMER

SLICE = 10_000


def cars_called_back(rule, day: date) -> Iterator[list[Due]]:
	"""All that stand open on that day, also cars that came into our books after the recall."""
	for recall in frappe.get_all("C4S Recall", {"status": "Active", "released_on": ["<=", day]}, ["name", "title"], order_by="name"):
		yield from _cars(rule, day, recall)


def _cars(rule, day: date, recall) -> Iterator[list[Due]]:
	customer, car = tables()
	listed = frappe.qb.DocType("C4S Recall Vehicle")
	query = (
		frappe.qb.from_(listed)
		.join(car)
		.on(car.vin == listed.vin)
		.join(customer)
		.on(customer.name == car.current_owner)
		.select(listed.vin, car.name, car.current_owner)
		.where((listed.recall == recall.name) & (listed.status == "Open") & car.status.isin(WITH_CUSTOMER))
	)
	query, after = narrow(query, rule, customer, car), ""
	while rows := query.where(listed.vin > after).orderby(listed.vin).limit(SLICE).run(as_dict=True):
		after = rows[-1].vin
		facts = {"recall": recall.name, "title": recall.title}
		yield [Due(row.name, f"{recall.name[:60]} {row.current_owner}", row.current_owner, day, row.name, facts=facts) for row in rows]
