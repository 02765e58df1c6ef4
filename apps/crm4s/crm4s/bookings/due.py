"""Bookings of oneself: a consultant's or a technician's time. Test drives say themselves what is to be done."""

import frappe
from frappe.utils import add_days, get_datetime

from crm4s.my_day.work import Filters, Person, Work


def booked(person: Person) -> Filters | None:
	resources = frappe.get_all("C4S Resource", {"user": person.user, "enabled": 1}, pluck="name")
	if not resources:
		return None
	return [
		["resource", "in", resources],
		["status", "=", "Booked"],
		["starts_at", "<", get_datetime(add_days(person.today, 1))],
		["ends_at", ">", person.now],
		["reference_doctype", "!=", "C4S Test Drive"],
	]


WORK = (
	Work(
		key="booking",
		doctype="C4S Booking",
		why="You are booked",
		filters=booked,
		due="starts_at",
		title="title",
		facts=("purpose",),
	),
)
