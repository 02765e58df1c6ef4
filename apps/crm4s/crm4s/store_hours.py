"""When a store is open: its weekly hours and the days that differ, read for the pure functions of calendars/."""

from collections.abc import Sequence
from datetime import date

import frappe
from frappe.utils import get_time

from crm4s.calendars.working_hours import AROUND_THE_CLOCK, SpecialDay, WorkingHours, span, weekly_hours


def working_hours(dealership: str, first: date, last: date) -> WorkingHours:
	"""The store's weekly hours, and its special days from `first` to `last`; two queries.

	A store whose hours nobody has entered counts as open around the clock, so that it is not closed by an omission.
	"""
	return working_hours_of([dealership], first, last)[dealership]


def working_hours_of(dealerships: Sequence[str], first: date, last: date) -> dict[str, WorkingHours]:
	"""The same of several stores, in two queries for all of them."""
	rows: dict[str, list] = {name: [] for name in dealerships}
	for row in frappe.get_all(
		"C4S Opening Hours",
		{"parent": ["in", list(dealerships) or [""]], "parenttype": "C4S Dealership"},
		["parent", "weekday", "opens", "closes"],
	):
		rows[row.parent].append((row.weekday, get_time(row.opens), get_time(row.closes)))
	special = _special_days(dealerships, first, last)
	return {name: WorkingHours(weekly_hours(found) if found else AROUND_THE_CLOCK, special[name]) for name, found in rows.items()}


def special_days(dealership: str, first: date, last: date) -> dict[date, SpecialDay]:
	"""Days of the whole group, of the nodes above the store and of the store itself; the nearest one counts."""
	return _special_days([dealership], first, last)[dealership]


def _special_days(dealerships: Sequence[str], first: date, last: date) -> dict[str, dict[date, SpecialDay]]:
	holiday, node, store = (
		frappe.qb.DocType("C4S Holiday"),
		frappe.qb.DocType("C4S Dealership").as_("node"),
		frappe.qb.DocType("C4S Dealership").as_("store"),
	)
	of_everybody = holiday.dealership.isnull() | (holiday.dealership == "")
	rows = (
		frappe.qb.from_(holiday)
		.join(store)
		.on(store.name.isin(list(dealerships) or [""]))
		.left_join(node)
		.on(node.name == holiday.dealership)
		.select(store.name.as_("store"), holiday.holiday_date, holiday.holiday_name, holiday.is_open, holiday.opens, holiday.closes)
		.where(holiday.holiday_date[first:last])
		.where(of_everybody | ((node.lft <= store.lft) & (node.rgt >= store.rgt)))
		.orderby(node.lft)
	).run(as_dict=True)
	days: dict[str, dict[date, SpecialDay]] = {name: {} for name in dealerships}
	# Nothing sorts before every number, and each node after those above it.
	for row in rows:
		days[row.store][row.holiday_date] = SpecialDay(row.holiday_name, _spans(row))
	return days


def _spans(row) -> tuple[tuple[int, int], ...]:
	return (span(get_time(row.opens), get_time(row.closes)),) if row.is_open else ()
