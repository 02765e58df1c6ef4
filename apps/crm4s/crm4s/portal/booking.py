"""What can be booked in the workshop: works with prices, days and free times, as /my/book and a move show them."""

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from itertools import islice

import frappe
from frappe import _
from frappe.utils import cint, getdate, now_datetime

from crm4s.appointments import proposals
from crm4s.appointments.capacity import COURTESY_CAR, Wish, capacity
from crm4s.bookings.availability import slot_step
from crm4s.exceptions import BookingError
from crm4s.portal import frame, own
from crm4s.portal.service import APPOINTMENT, VISIT
from crm4s.portal.viewer import Viewer
from crm4s.rentals import free
from crm4s.settings import setting
from crm4s.store_hours import working_hours

DAYS_SHOWN, DAYS_LOOKED_AT = 14, 28
# Every quarter of an hour would fill three screens of a phone.
MINUTES_BETWEEN = 30
SAID_OF_LINE = ("item_kind", "part", "item_name", "quantity", "minutes", "unit_price", "discount_amount", "package", "reason")


def works_of(viewer: Viewer, car: str) -> list[dict]:
	"""What the car could have done, as the desk proposes it, each with a `key`.

	What somebody else declined is that person's business: it is left out.
	"""
	found = proposals.propose(car, as_day=frame.day)
	visits = [work["declined_at"] for work in found if work.get("declined_at")]
	own_visits = {row.name for row in own.rows(viewer, VISIT, where=lambda table: table.name.isin(visits))} if visits else set()
	return [{**work, "key": _key(work)} for work in found if work.get("declined_at") in {None, *own_visits}]


def minutes_of(works: Iterable[Mapping]) -> int:
	return sum(work["minutes"] for work in works) or cint(setting("appointment_minutes"))


def rows_of(works: Iterable[Mapping]) -> list[dict]:
	"""The works as items of an appointment."""
	return [{field: line.get(field) for field in SAID_OF_LINE if line.get(field) is not None} for work in works for line in work["lines"]]


def last_store(viewer: Viewer, car: str) -> str | None:
	"""Where the viewer came with the car last, else where the car belongs."""
	rows = own.rows(viewer, VISIT, "dealership", where=lambda table: table.vehicle == car, order_by="arrived_on", newest_first=True, limit=1)
	return rows[0].dealership if rows else frappe.db.get_value(own.VEHICLE, car, "dealership")


def free_days(wish: Wish, without: str | None = None) -> dict[date, list[datetime]]:
	"""The next open days of the store with their free times; nothing where the store takes no bookings.

	Args:
		without: an appointment whose own time counts as free.
	"""
	today = getdate(now_datetime())
	last = today + timedelta(days=DAYS_LOOKED_AT)
	hours = working_hours(wish.dealership, today, last)
	days = (today + timedelta(days=number) for number in range(DAYS_LOOKED_AT))
	found: dict[date, list[datetime]] = {day: [] for day in islice((day for day in days if hours.spans_of(day)), DAYS_SHOWN)}
	try:
		times = capacity(wish, today, DAYS_LOOKED_AT, without=without, step=max(slot_step(), MINUTES_BETWEEN))
	except BookingError:
		frappe.clear_last_message()
		return {}
	for moment in times.moments():
		if moment.date() in found:
			found[moment.date()].append(moment)
	return found


def chosen_day(days: Mapping[date, list[datetime]], asked: str) -> date | None:
	"""The day that was asked for, if it is shown; else the first with a free time."""
	wanted = next((day for day in days if str(day) == asked), None)
	return wanted or next((day for day, times in days.items() if times), None)


def moment_of(text: str) -> datetime:
	"""A time out of a form.

	Raises:
		frappe.ValidationError: none was chosen, or it is none of the days that are shown.
	"""
	try:
		moment = datetime.fromisoformat(text)
	except ValueError:
		frappe.throw(_("Please choose: {0}.").format(_("Time")))
	if not now_datetime() <= moment <= now_datetime() + timedelta(days=DAYS_LOOKED_AT):
		frappe.throw(_("This time is over, or too far ahead; please choose another."))
	return moment


def has_courtesy_car(store: str, times: Iterable[datetime], minutes: int) -> bool:
	"""Whether the store could lend a car for at least one of these times."""
	times = list(times)
	return bool(times) and bool(free.at_one_of(store, COURTESY_CAR, times, timedelta(minutes=minutes)))


def courtesy_car(store: str, start: datetime, end: datetime) -> str:
	"""A car that the store can lend for that time.

	Raises:
		BookingError: all are out.
	"""
	found = free.cars(store, start, end, (COURTESY_CAR,), permitted=False)
	if not found:
		frappe.throw(_("No courtesy car is free at that time; choose another time, or go without."), BookingError)
	return found[0]["resource"]


def expected(viewer: Viewer, car: str) -> list:
	"""Appointments of the car that are still to come."""
	now = now_datetime()
	return own.rows(
		viewer, APPOINTMENT, "planned_from", where=lambda table: (table.vehicle == car) & (table.status == "Booked") & (table.planned_to >= now), order_by="planned_from"
	)


def _key(work: Mapping) -> str:
	return hashlib.sha256(f"{work['package']}|{work['title']}".encode()).hexdigest()[:10]
