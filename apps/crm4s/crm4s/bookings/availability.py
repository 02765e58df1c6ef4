"""Which times of a resource are taken, and which are free."""

from datetime import date, datetime, time, timedelta

import frappe
from frappe.query_builder.functions import Timestamp
from frappe.utils import getdate, now_datetime

from crm4s.access.required import require_permission
from crm4s.calendars.slots import Interval, Needs, free_slots as slots_between, next_free
from crm4s.calendars.working_hours import AROUND_THE_CLOCK, WorkingHours
from crm4s.settings import setting
from crm4s.store_hours import working_hours

RESOURCE, BOOKING = "C4S Resource", "C4S Booking"
# A calendar that shows one day looks back so far for what still lasts.
LONGEST_DAYS = 92
# So far ahead of a slot that is taken others are looked for.
LOOK_AHEAD_DAYS = 14
# Help on the road is there day and night, unless the team says otherwise.
DAY_AND_NIGHT = "Rescue Team"
NEEDS = ("buffer_before_minutes", "buffer_after_minutes", "stays_out_overnight")


@frappe.whitelist()
def find_free_slots(dealership: str, kind: str, day: str, minutes: int, model: str | None = None) -> list[dict]:
	"""What `free_slots` finds, for those who may read the store's resources."""
	require_permission(RESOURCE, "read")
	return free_slots(dealership, kind, getdate(day), minutes, model)


def free_slots(dealership: str, kind: str, day: date, minutes: int, model: str | None = None, readable_only: bool = True) -> list[dict]:
	"""The resources of a store that the current user may read, each with its free slots of that day; four queries, however many there are.

	Args:
		minutes: how long a slot is, without the minutes that the resource needs before and after.
		model: only cars of this model.
		readable_only: False for what the store offers to customers, who may read no resource.

	Returns:
		[{"resource", "resource_name", "vehicle", "model", "slots": [[start, end], …]}], by name; nothing that begins in the past.
	"""
	filters = {"dealership": dealership, "kind": kind, "enabled": 1, **({"model": model} if model else {})}
	fields = ["name as resource", "resource_name", "vehicle", "model", "kind", "opening_hours_only", *NEEDS]
	ask = frappe.get_list if readable_only else frappe.get_all
	resources = ask(RESOURCE, filters=filters, fields=fields, order_by="resource_name")
	if not resources or minutes <= 0:
		return []
	period = _rest_of(day)
	longest = timedelta(minutes=max(row.buffer_before_minutes + row.buffer_after_minutes for row in resources))
	around = Interval(period.starts_at - longest, period.ends_at + longest)
	taken = taken_times([row.resource for row in resources], around)
	hours = {follows: hours_of(dealership, follows, day, day) for follows in {follows_hours(row) for row in resources}}
	step = slot_step()
	return [
		{
			**{field: row[field] for field in ("resource", "resource_name", "vehicle", "model")},
			"slots": [
				list(slot) for slot in slots_between(hours[follows_hours(row)], taken.get(row.resource, []), period, minutes, needs_of(row), step)
			],
		}
		for row in resources
	]


def taken_times(resources: list[str], period: Interval, without: str | None = None) -> dict[str, list[Interval]]:
	"""What bookings take from each of `resources` within `period`; one query.

	Args:
		without: the name of a document whose own bookings do not count.
	"""
	rows = frappe.get_all(
		BOOKING,
		{
			"resource": ["in", resources],
			"status": "Booked",
			"blocked_until": [">", period.starts_at],
			"blocked_from": ["<", period.ends_at],
		},
		["resource", "blocked_from", "blocked_until", "reference_name"],
	)
	taken: dict[str, list[Interval]] = {}
	for row in rows:
		if without and row.reference_name == without:
			continue
		taken.setdefault(row.resource, []).append(Interval(row.blocked_from, row.blocked_until))
	return taken


def locked_taken_times(resource: str, period: Interval, without: str) -> list[Interval]:
	"""The same of one resource as it stands now, whatever this transaction read before; for whoever holds the resource's lock.

	Frappe's builder reads the snapshot of the transaction, so that a booking committed a moment ago would be missed.
	"""
	booking = frappe.qb.DocType(BOOKING)
	# All bookings of the resource by their index: the end of a range of times would lock the first one of the next resource too, and
	# two people who move bookings of neighbours would wait for each other.
	blocked_from, blocked_until = Timestamp(booking.blocked_from), Timestamp(booking.blocked_until)
	return [
		Interval(*row)
		for row in (
			frappe.qb.from_(booking)
			.select(booking.blocked_from, booking.blocked_until)
			.where((booking.resource == resource) & (booking.status == "Booked") & (booking.name != without))
			.where((blocked_until > period.starts_at) & (blocked_from < period.ends_at))
			.for_update()
		).run()
	]


def next_free_of(resource, taken_from: datetime, minutes: int, without: str) -> list[Interval]:
	"""The next three free slots of a locked resource, at most LOOK_AHEAD_DAYS after `taken_from`."""
	first = max(taken_from, now_datetime())
	period = Interval(first, first + timedelta(days=LOOK_AHEAD_DAYS))
	needs = needs_of(resource)
	margin = timedelta(minutes=needs.before + needs.after)
	taken = locked_taken_times(resource.name, Interval(period.starts_at - margin, period.ends_at + margin), without)
	hours = hours_of(resource.dealership, follows_hours(resource), period.starts_at.date(), period.ends_at.date())
	return next_free(hours, taken, period, minutes, needs, slot_step())


def follows_hours(resource) -> bool:
	"""Whether the resource is to be had in its store's opening hours only."""
	return resource.kind != DAY_AND_NIGHT or bool(resource.opening_hours_only)


def hours_of(dealership: str, follows: bool, first: date, last: date) -> WorkingHours:
	"""When a resource of the store can be booked, from `first` to `last`."""
	return working_hours(dealership, first, last) if follows else WorkingHours(AROUND_THE_CLOCK)


def needs_of(resource) -> Needs:
	return Needs(resource.buffer_before_minutes, resource.buffer_after_minutes, bool(resource.stays_out_overnight))


def slot_step() -> int:
	return max(setting("booking_step_minutes"), 1)


def _rest_of(day: date) -> Interval:
	midnight = datetime.combine(day, time())
	return Interval(max(midnight, now_datetime()), midnight + timedelta(days=1))
