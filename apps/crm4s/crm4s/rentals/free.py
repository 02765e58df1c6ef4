"""Which cars of a store are free to lend or to rent out."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import frappe

from crm4s.bookings.availability import NEEDS, RESOURCE, needs_of, taken_times
from crm4s.calendars.slots import Interval, widened

CAR_KINDS = ("Courtesy Car", "Rental Car")
FACTS = ("name as resource", "resource_name", "dealership", "kind", "model", "rental_class", *NEEDS)
MOST_CARS = 200


def cars(dealership: str, starts_at: datetime, ends_at: datetime, kinds: Sequence[str] = CAR_KINDS, permitted: bool = True) -> list:
	"""Those that are free for the whole time, by name: resource, resource_name, kind, model, rental_class; two queries.

	Args:
		permitted: only cars that the user may read.
	"""
	rows = _cars([dealership], kinds, permitted)
	period = Interval(starts_at, ends_at)
	taken = _taken(rows, period)
	return [row for row in rows if _is_free(row, period, taken)]


def at_one_of(dealership: str, kind: str, starts: Sequence[datetime], lasts: timedelta) -> bool:
	"""Whether one of the store's cars of that kind is free from one of these moments on for so long; whoever asks."""
	return any(at_each_of(kind, [(dealership, Interval(start, start + lasts)) for start in starts]))


def at_each_of(kind: str, wanted: Sequence[tuple[str, Interval]]) -> list[bool]:
	"""For each of these stores and times whether the store has a car of that kind that is free for the whole time; whoever asks, two queries."""
	if not wanted:
		return []
	rows = _cars({store for store, _period in wanted}, (kind,), permitted=False)
	taken = _taken(rows, Interval(min(period.starts_at for _store, period in wanted), max(period.ends_at for _store, period in wanted)))
	return [any(row.dealership == store and _is_free(row, period, taken) for row in rows) for store, period in wanted]


def _cars(stores: Iterable[str], kinds: Iterable[str], permitted: bool) -> list:
	filters = {"dealership": ["in", list(stores)], "kind": ["in", list(kinds)], "enabled": 1}
	return frappe.get_list(RESOURCE, filters=filters, fields=list(FACTS), order_by="resource_name", limit_page_length=MOST_CARS, ignore_permissions=not permitted)


def _taken(rows: Sequence, period: Interval) -> dict:
	longest = timedelta(minutes=max((row.buffer_before_minutes + row.buffer_after_minutes for row in rows), default=0))
	return taken_times([row.resource for row in rows], Interval(period.starts_at - longest, period.ends_at + longest)) if rows else {}


def _is_free(row, period: Interval, taken: dict) -> bool:
	starts_at, ends_at = widened(period, needs_of(row))
	return not any(interval.starts_at < ends_at and interval.ends_at > starts_at for interval in taken.get(row.resource, []))
