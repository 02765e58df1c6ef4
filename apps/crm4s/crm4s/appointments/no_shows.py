"""Whoever has not come is missed: the bay is free for others, and the list says so without anybody doing it."""

from datetime import datetime

import frappe
from frappe import _
from frappe.utils import add_to_date, cint, get_datetime, now_datetime

from crm4s.appointments import reminders
from crm4s.appointments.bookings_of import APPOINTMENT, CLAIMS
from crm4s.appointments.capacity import BOOKING, WORKSHOP, lock_resources
from crm4s.calendars.working_hours import openings
from crm4s.change_feed.noting import note
from crm4s.runs import commit
from crm4s.settings import setting
from crm4s.store_hours import working_hours

BOOKED, NO_SHOW = "Booked", "No-Show"


def mark_no_shows() -> int:
	"""Appointments whose customers are so many minutes late as the settings say, or whose store has closed for the day; how many.

	Nobody is missed who waits for us at home.

	A store at a time, in one transaction each: safe to be killed, and to run twice at once.
	"""
	now, count = now_datetime(), 0
	waiting = frappe.get_all(
		APPOINTMENT, {"status": BOOKED, "kind": WORKSHOP, "planned_from": ["<", now]}, "dealership", distinct=True, order_by=None, pluck="dealership"
	)
	for dealership in waiting:
		count += _mark(dealership, _missed_before(dealership, now))
		commit()
	return count


def _missed_before(dealership: str, now: datetime) -> datetime:
	"""Who was expected before this moment is missed; with no minutes in the settings only when the store has closed."""
	minutes = cint(setting("no_show_minutes"))
	hours = working_hours(dealership, now.date(), now.date())
	closings = [closes for _opens, closes in openings(hours, now.date(), now.date())]
	if not closings or max(closings) <= now:
		return now
	midnight = get_datetime(now.date())
	return add_to_date(now, minutes=-minutes) if minutes else midnight


def _mark(dealership: str, moment: datetime) -> int:
	# In the order in which those who book take their locks.
	lock_resources(dealership)
	appointment = frappe.qb.DocType(APPOINTMENT)
	names = (
		frappe.qb.from_(appointment)
		.select(appointment.name)
		.where((appointment.dealership == dealership) & (appointment.status == BOOKED) & (appointment.kind == WORKSHOP))
		.where(appointment.planned_from < moment)
		.for_update()
	).run(pluck=True)
	if not names:
		return 0
	now = now_datetime()
	query = frappe.qb.update(appointment).set(appointment.status, NO_SHOW).set(appointment.ended_on, now).set(appointment.modified, now)
	for claim in CLAIMS:
		query = query.set(appointment[claim.booking], None)
	query.where(appointment.name.isin(names)).run()
	note(APPOINTMENT, names, fields=["status", "ended_on"])
	_release(names, now)
	reminders.close(names, _("The customer did not come."))
	return len(names)


def _release(names: list[str], now: datetime) -> None:
	booking = frappe.qb.DocType(BOOKING)
	(
		frappe.qb.update(booking)
		.set(booking.status, "Released")
		.set(booking.released_on, now)
		.set(booking.modified, now)
		.where((booking.reference_doctype == APPOINTMENT) & booking.reference_name.isin(names) & (booking.status == "Booked"))
	).run()
