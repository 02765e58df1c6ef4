"""Service by distance or time, whichever comes first, as crm4s.value.maintenance foretells it."""

from collections.abc import Iterator
from datetime import date

import frappe
from frappe.query_builder.functions import Max

from crm4s.care.audience import narrow
from crm4s.care.due import Due, driven, tables

NEVER = "never"


def service_due(rule, day: date) -> Iterator[list[Due]]:
	"""Cars that were in the workshop before."""
	yield [due for due in _due(rule, day) if not due.occurrence.startswith(NEVER)]


def first_service(rule, day: date) -> Iterator[list[Due]]:
	yield [due for due in _due(rule, day) if due.occurrence.startswith(NEVER)]


def _due(rule, day: date) -> list[Due]:
	"""The forecast moves with each reading; which time it is says the last visit, which does not."""
	customer, car = tables()
	visit = frappe.qb.DocType("C4S Service Visit")
	query = (
		driven(frappe.qb.from_(car), car, customer)
		.left_join(visit)
		.on((visit.vehicle == car.name) & (visit.status == "Settled") & (visit.visit_kind == "Workshop"))
		.select(car.name, car.current_owner, car.next_service_km, car.next_service_basis, Max(visit.settled_on).as_("last_on"))
		.where(car.next_service_on == day)
		.groupby(car.name)
	)
	rows = narrow(query, rule, customer, car).run(as_dict=True)
	return [
		Due(
			row.name,
			f"{row.last_on.date() if row.last_on else NEVER} {row.current_owner}",
			row.current_owner,
			day,
			row.name,
			facts={"date": day, "kilometres": row.next_service_km or 0, "basis": row.next_service_basis or ""},
		)
		for row in rows
	]
