"""Birthdays by the calendar by which the customer celebrates."""

from collections.abc import Iterator
from datetime import date

import frappe
from pypika.terms import Criterion

from crm4s.calendars import occasions
from crm4s.calendars.lunar import describe_lunar_day, from_solar
from crm4s.care.audience import narrow
from crm4s.care.due import Due, tables
from crm4s.settings import setting

OLDEST = 120


def read(rule, day: date) -> Iterator[list[Due]]:
	yield from solar(rule, day)
	yield from lunar(rule, day)


def solar(rule, day: date) -> Iterator[list[Due]]:
	"""By the days of birth of 120 years, which an index knows, and not by reckoning everybody's birthday."""
	customer, _car = tables()
	births = occasions.anniversaries_on(day, range(1, OLDEST + 1), setting("leap_day_birthday"))
	query = (
		frappe.qb.from_(customer)
		.select(customer.name, customer.birthday)
		.where(customer.birthday.isin(births) & (customer.birthday_calendar == "Solar"))
	)
	rows = narrow(query, rule, customer).run(as_dict=True)
	yield [
		Due(row.name, f"{day.year}", row.name, day, facts={"age": day.year - row.birthday.year}) for row in rows
	]


def lunar(rule, day: date) -> Iterator[list[Due]]:
	customer, _car = tables()
	births = occasions.lunar_births_on(day, setting("leap_month_birthday"))
	if not births:
		return
	same = Criterion.any(
		[
			(customer.lunar_birth_month == month) & (customer.lunar_birth_day == number) & (customer.lunar_birth_leap == int(leap))
			for month, number, leap in sorted(births)
		]
	)
	fields = (customer.name, customer.lunar_birth_year, customer.lunar_birth_month, customer.lunar_birth_day, customer.lunar_birth_leap)
	query = frappe.qb.from_(customer).select(*fields).where(same & (customer.birthday_calendar == "Lunar"))
	year = from_solar(day).year
	yield [
		Due(row.name, f"lunar {year}", row.name, day, facts=_facts(row, year))
		for row in narrow(query, rule, customer).run(as_dict=True)
		# Nobody is greeted for the day of birth itself.
		if row.lunar_birth_year != year
	]


def _facts(row, year: int) -> dict:
	birth = (row.lunar_birth_month, row.lunar_birth_day, bool(row.lunar_birth_leap))
	facts = {"lunar": describe_lunar_day(*birth), "lunar_in_english": describe_lunar_day(*birth, "en")}
	return {**facts, "age": year - row.lunar_birth_year} if row.lunar_birth_year else facts
