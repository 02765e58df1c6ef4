"""Times that are taken and times that are free. Pure: half-open intervals, buffers, opening hours.

An interval goes from `starts_at` up to, not including, `ends_at`, so that one may begin when the other ends. A resource needs
time before a booking (to bring the car round) and after it (to take it back and clean it): what a booking takes from the
resource is its interval widened by both, and two bookings go together when these do not overlap.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, time, timedelta
from itertools import islice
from typing import NamedTuple

from crm4s.calendars.working_hours import WorkingHours, openings


class Interval(NamedTuple):
	starts_at: datetime
	ends_at: datetime


class Needs(NamedTuple):
	"""What a slot must offer beside its length: minutes before and after it, and whether it may last while the store is closed."""

	before: int = 0
	after: int = 0
	overnight: bool = False


def overlaps(one: Interval, other: Interval) -> bool:
	return one.starts_at < other.ends_at and other.starts_at < one.ends_at


def widened(interval: Interval, needs: Needs) -> Interval:
	"""What a booking of this interval takes from the resource."""
	return Interval(
		interval.starts_at - timedelta(minutes=needs.before), interval.ends_at + timedelta(minutes=needs.after)
	)


def merged(intervals: Iterable[Interval]) -> list[Interval]:
	"""The same time in as few intervals as possible, in order."""
	joined: list[Interval] = []
	for interval in sorted(intervals):
		if joined and interval.starts_at <= joined[-1].ends_at:
			joined[-1] = Interval(joined[-1].starts_at, max(joined[-1].ends_at, interval.ends_at))
		else:
			joined.append(interval)
	return joined


def lies_in_hours(hours: WorkingHours, interval: Interval, overnight: bool = False) -> bool:
	"""Whether the store is open from start to end; of what stays out overnight, whether it is open at both of them."""
	pieces = openings(hours, interval.starts_at.date(), interval.ends_at.date())
	if overnight:
		return any(opens <= interval.starts_at < closes for opens, closes in pieces) and any(
			opens < interval.ends_at <= closes for opens, closes in pieces
		)
	return any(opens <= interval.starts_at and interval.ends_at <= closes for opens, closes in pieces)


def free_slots(
	hours: WorkingHours, taken: Iterable[Interval], period: Interval, minutes: int, needs: Needs = Needs(), step: int = 15
) -> Iterator[Interval]:
	"""Slots of so many minutes within `period` that begin on the clock's steps, earliest first.

	Args:
		taken: what bookings take from the resource, as `widened` gives it.
		period: no slot begins before its start or ends after its end.
		step: minutes between the beginnings of slots, counted from midnight.
	"""
	busy = merged(taken)
	length = timedelta(minutes=minutes)
	for opens, closes in openings(hours, period.starts_at.date(), period.ends_at.date()):
		moment = _on_the_step(max(opens, period.starts_at), step)
		while moment < closes and moment + length <= period.ends_at:
			slot = Interval(moment, moment + length)
			if not _is_taken(busy, widened(slot, needs)) and lies_in_hours(hours, slot, needs.overnight):
				yield slot
			moment += timedelta(minutes=step)


def first_free(
	hours: WorkingHours, taken: Iterable[Interval], period: Interval, minutes: int, needs: Needs = Needs(), step: int = 15
) -> datetime | None:
	"""The start of `period` itself, also between the clock's steps, if so many minutes are free then; else the first step at which they are."""
	busy = merged(taken)
	at_once = Interval(period.starts_at, period.starts_at + timedelta(minutes=minutes))
	if not _is_taken(busy, widened(at_once, needs)) and lies_in_hours(hours, at_once, needs.overnight):
		return period.starts_at
	return next((slot.starts_at for slot in free_slots(hours, busy, period, minutes, needs, step)), None)


def next_free(
	hours: WorkingHours,
	taken: Iterable[Interval],
	period: Interval,
	minutes: int,
	needs: Needs = Needs(),
	step: int = 15,
	count: int = 3,
) -> list[Interval]:
	"""The first free slots that do not overlap each other."""
	return list(islice(_apart(free_slots(hours, taken, period, minutes, needs, step)), count))


def _apart(slots: Iterable[Interval]) -> Iterator[Interval]:
	last: Interval | None = None
	for slot in slots:
		if last is None or not overlaps(last, slot):
			yield slot
			last = slot


def _is_taken(busy: Sequence[Interval], wanted: Interval) -> bool:
	"""`busy` is merged, so only the last one that begins before the end of `wanted` can reach into it."""
	position = bisect_left(busy, (wanted.ends_at,)) - 1
	return position >= 0 and overlaps(busy[position], wanted)


def _on_the_step(moment: datetime, step: int) -> datetime:
	"""`moment`, or the next of the clock's steps after it."""
	midnight = datetime.combine(moment.date(), time())
	steps = -((midnight - moment) // timedelta(minutes=step))
	return midnight + steps * timedelta(minutes=step)
