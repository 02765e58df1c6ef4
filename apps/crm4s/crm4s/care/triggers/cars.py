"""Days that stand in the car's file: delivery, insurance, inspection, warranty."""

from collections.abc import Iterator
from datetime import date

import frappe

from crm4s.calendars import occasions
from crm4s.care.audience import narrow
from crm4s.care.due import Due, driven, tables
from crm4s.settings import setting

OLDEST = 60


def insurance_ends(rule, day: date) -> Iterator[list[Due]]:
	yield _on(rule, day, "insurance_until", [day])


def inspections(rule, day: date) -> Iterator[list[Due]]:
	"""Where nobody entered the next one it follows from the car's age, if the rule names ages: how often cars of which use are inspected is law."""
	yield _on(rule, day, "inspection_due_on", [day])
	ages = [int(age) for age in (rule.car_ages or "").replace("，", ",").split(",") if age.strip()]
	if not ages:
		return
	_customer, car = tables()
	registered = [born for age in ages for born in occasions.days_that_become(day, 12 * age)]
	yield _on(rule, day, "first_registered_on", registered, car.inspection_due_on.isnull())


def warranty_ends(rule, day: date) -> Iterator[list[Due]]:
	_customer, car = tables()
	ends, extended = car.warranty_until, car.extended_warranty_until
	if rule.warranty_kind != "Extended Warranty":
		last = None if rule.warranty_kind else extended.isnull() | (extended <= day)
		yield _on(rule, day, "warranty_until", [day], last)
	if rule.warranty_kind != "Warranty":
		last = None if rule.warranty_kind else ends.isnull() | (ends < day)
		yield _on(rule, day, "extended_warranty_until", [day], last)


def deliveries(rule, day: date) -> Iterator[list[Due]]:
	yield _on(rule, day, "delivered_on", [day])


def purchase_anniversaries(rule, day: date) -> Iterator[list[Due]]:
	days = occasions.anniversaries_on(day, range(1, OLDEST + 1), setting("leap_day_birthday"))
	yield [
		Due(due.subject, f"{day.year} {due.customer}", due.customer, day, due.vehicle, facts={"years": day.year - due.facts["date"].year})
		for due in _on(rule, day, "delivered_on", days)
	]


def replacement_windows(rule, day: date) -> Iterator[list[Due]]:
	yield [
		Due(due.subject, f"{rule.months} {due.customer}", due.customer, day, due.vehicle, facts={"months": rule.months, **due.facts})
		for due in _on(rule, day, "delivered_on", occasions.days_that_become(day, rule.months))
	]


def _on(rule, day: date, fieldname: str, dates: list[date], further=None) -> list[Due]:
	"""Cars that a customer of ours drives with one of these dates in the field; the date itself says which time it is."""
	if not dates:
		return []
	customer, car = tables()
	query = (
		driven(frappe.qb.from_(car), car, customer)
		.select(car.name, car.current_owner, car[fieldname].as_("date"))
		.where(car[fieldname].isin(dates))
	)
	if further is not None:
		query = query.where(further)
	rows = narrow(query, rule, customer, car).run(as_dict=True)
	age = fieldname == "first_registered_on"
	return [
		Due(row.name, f"{day} {row.current_owner}" if age else f"{row.date} {row.current_owner}", row.current_owner, day, row.name, facts={"date": row.date})
		for row in rows
	]
