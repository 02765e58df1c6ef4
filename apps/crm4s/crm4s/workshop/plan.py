"""The time of a job in a bay and of a technician: both are taken, or none is."""

from contextlib import contextmanager
from datetime import datetime

import frappe
from frappe import _
from frappe.utils import formatdate, get_datetime, now_datetime

from crm4s import bookings
from crm4s.appointments.capacity import Wish, next_possible
from crm4s.bookings import for_document
from crm4s.exceptions import SlotTakenError

BOOKING, RESOURCE = "C4S Booking", "C4S Resource"
# Field of the job → kind of the resource.
RESOURCES = {"bay": "Bay", "technician": "Technician"}
TAKES_TIME = ("Planned", "Working", "Paused")


@contextmanager
def all_or_nothing():
	"""Whoever catches a refusal finds everything as it was before the block."""
	# A block may stand within another one.
	savepoint = f"c4s_{frappe.generate_hash(length=10)}"
	frappe.db.savepoint(savepoint)
	try:
		yield
	except frappe.QueryDeadlockError:
		# The database took everything back by itself, the savepoint as well.
		raise
	except Exception:
		frappe.db.rollback(save_point=savepoint)
		raise
	frappe.db.release_savepoint(savepoint)


def lock(job, *others: str) -> None:
	"""Hold the visit of a job, its people and bays and `others` of them until the transaction ends.

	Always in this order, the visit first and resources by name, or two people could wait for each other: the visit's other jobs are read
	and the visit is written when one of its jobs changes.
	"""
	frappe.db.get_value("C4S Service Visit", job.service_visit, "name", for_update=True)
	_lock_resources(*resources_at_stake(job), *others)


def _lock_resources(*names: str | None) -> None:
	for name in sorted({name for name in names if name}):
		frappe.db.get_value(RESOURCE, name, "name", for_update=True)


def resources_at_stake(job) -> set[str]:
	"""Those that the job takes or gives back by being saved, and those that the appointment of its visit holds."""
	before = frappe.db.get_value(job.doctype, job.name, list(RESOURCES), as_dict=True) if job.get("name") else None
	names = {job.get(field) for field in RESOURCES} | set((before or {}).values())
	return {name for name in names if name} | {row.resource for row in bookings_of_appointment(job.service_visit)}


def keep_bookings(job) -> None:
	"""Bring the bookings of a job to what its plan says now. Raises what bookings raise; another free time fits bay and technician."""
	if job.status not in TAKES_TIME or not job.planned_from:
		for field in RESOURCES:
			give_back(job, field)
		return
	release_appointment(job.service_visit)
	for field in sorted(RESOURCES, key=lambda field: job.get(field) or ""):
		if job.get(field):
			_take(job, field)
		else:
			give_back(job, field)


def give_back(job, field: str) -> None:
	"""What was used stays as it happened, the rest is free for others."""
	booking = job.get(_booking_field(field))
	if booking:
		bookings.finish(booking, get_datetime(job.finished_on or now_datetime()))
		for_document.remember(job, _booking_field(field), None)


def bookings_of_appointment(service_visit: str | None) -> list:
	"""What the appointment that became this visit still holds of the workshop."""
	visit = frappe.get_meta("C4S Service Visit").has_field("appointment") and service_visit
	appointment = visit and frappe.db.get_value("C4S Service Visit", visit, "appointment")
	if not appointment:
		return []
	held = {"reference_doctype": "C4S Service Appointment", "reference_name": appointment, "status": "Booked"}
	return frappe.get_all(BOOKING, {**held, "kind": ["in", list(RESOURCES.values())]}, ["name", "resource"])


def release_appointment(service_visit: str) -> None:
	"""The car is here and its jobs are planned: they take the time that was kept for it."""
	for row in bookings_of_appointment(service_visit):
		bookings.finish(row.name, now_datetime())


def _take(job, field: str) -> None:
	booking, starts_at, ends_at = job.get(_booking_field(field)), get_datetime(job.planned_from), get_datetime(job.planned_to)
	if booking and not job.has_changed("planned_from", "planned_to", field):
		return
	try:
		if booking and job.started_on:
			_take_the_rest(job, field, booking, starts_at, ends_at)
		elif booking:
			bookings.move(booking, starts_at, ends_at, job.get(field))
		else:
			_book(job, field, starts_at, ends_at)
	except SlotTakenError:
		_name_times_for_both(job, field)
		raise


def _take_the_rest(job, field: str, booking: str, starts_at: datetime, ends_at: datetime) -> None:
	"""What was used already stays booked as it happened; where only the end changed the booking is made longer or shorter."""
	held = frappe.db.get_value(BOOKING, booking, ["resource", "starts_at"], as_dict=True)
	if held.resource == job.get(field) and not job.has_changed("planned_from"):
		bookings.move(booking, held.starts_at, ends_at)
		return
	give_back(job, field)
	_book(job, field, starts_at, ends_at)


def _book(job, field: str, starts_at: datetime, ends_at: datetime) -> None:
	if job.started_on:
		starts_at = max(starts_at, now_datetime().replace(second=0, microsecond=0))
	if starts_at >= ends_at:
		return
	for_document.take(job, _booking_field(field), job.get(field), starts_at, ends_at)


def _booking_field(field: str) -> str:
	return f"{field}_booking"


def _name_times_for_both(job, field: str) -> None:
	"""In place of the next free times of one resource, which may not be those of the other."""
	if not all(job.get(other) for other in RESOURCES):
		return
	starts_at, ends_at = get_datetime(job.planned_from), get_datetime(job.planned_to)
	minutes = int((ends_at - starts_at).total_seconds()) // 60
	wish = Wish(job.dealership, minutes, only={other: job.get(other) for other in RESOURCES})
	# Its own time is free for itself.
	free = next_possible(wish, starts_at, without=job.name, locked=True)
	names = {other: frappe.get_cached_value(RESOURCE, job.get(other), "resource_name") for other in RESOURCES}
	sentence = _("{0} is taken then; {1} and {2} are free together: {3}.") if free else _("{0} is taken then, and in the next days {1} and {2} are not free together.")
	frappe.clear_last_message()
	frappe.throw(
		sentence.format(names[field], names["bay"], names["technician"], ", ".join(f"{formatdate(start)} {start:%H:%M}" for start in free)),
		SlotTakenError,
	)
