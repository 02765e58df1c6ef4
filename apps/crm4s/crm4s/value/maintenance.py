"""When a car is due for service: maintenance plan, odometer readings and what was done, whichever of distance and time comes first.

Distances are in km since the car was new, also after an instrument was replaced: `distances_since_new` adds what the old
instrument had counted.
"""

import math
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

DISTANCE = "Distance"
TIME = "Time"

# A shorter span says more about one trip than about the driver.
SHORTEST_SPAN_DAYS = 14
# Long enough to hold all seasons, short enough to follow a change of habits.
WINDOW_DAYS = 365


@dataclass(frozen=True)
class PlanItem:
	"""One item of a plan: first at km or months, then every so many; 0 means that this measure does not count for the item."""

	item: str
	first_km: int = 0
	first_months: int = 0
	every_km: int = 0
	every_months: int = 0


@dataclass(frozen=True)
class Reading:
	"""What the odometer showed on a day; `is_reset` where it had been replaced since the reading before."""

	on: date
	kilometres: int
	is_reset: bool = False


@dataclass(frozen=True)
class Point:
	"""How far a car had come on a day; the distance is None where nobody knows it."""

	on: date
	kilometres: int | None


@dataclass(frozen=True)
class Due:
	"""When one item is due: at a distance, on a day, or both; `expected_on` is the day that comes first, None while unknown."""

	item: str
	kilometres: int | None
	on: date | None
	expected_on: date | None = None
	basis: str | None = None


def add_months(day: date, months: int) -> date:
	"""The same day so many months later, or the last day of that month where it is shorter."""
	years, month = divmod(day.month - 1 + months, 12)
	year, month = day.year + years, month + 1
	return date(year, month, min(day.day, monthrange(year, month)[1]))


def distances_since_new(readings: Sequence[Reading]) -> list[Point]:
	"""The readings, in the order of their dates, as distances since new.

	A replaced instrument is taken to have been replaced at the reading before.
	"""
	points: list[Point] = []
	counted_before = shown = 0
	for reading in readings:
		if reading.is_reset:
			counted_before += shown
		shown = reading.kilometres
		points.append(Point(reading.on, counted_before + shown))
	return points


def kilometres_per_day(points: Sequence[Point], started_on: date | None = None) -> float | None:
	"""The average of the year before the last point, or of the time before where that year has no second point; None if unknown.

	Args:
		points: in the order of their dates.
		started_on: the day on which the car was new, if known; it counts as a point at 0 km.
	"""
	if not points:
		return None
	last = points[-1]
	known = [Point(started_on, 0), *points] if started_on and started_on <= points[0].on else list(points)
	earlier = [point for point in known if (last.on - point.on).days >= SHORTEST_SPAN_DAYS]
	if not earlier:
		return None
	within_window = (point for point in earlier if (last.on - point.on).days <= WINDOW_DAYS)
	first = next(within_window, earlier[-1])
	return (last.kilometres - first.kilometres) / (last.on - first.on).days


def due_of(item: PlanItem, started_on: date | None, last_done: Point | None, kept_until: Point) -> Due | None:
	"""When `item` is due next, still without an expected day; None where it was due once and that is past.

	Args:
		started_on: the day on which the car was new; without it only distance counts for an item that was never noted as done.
		last_done: when and where the item was last done, None if nobody noted it.
		kept_until: up to here an item without a note counts as done: the delivery of a new car, else when it was first seen.
	"""
	if last_done:
		by_distance = last_done.kilometres + item.every_km if item.every_km and last_done.kilometres is not None else None
		by_time = add_months(last_done.on, item.every_months) if item.every_months else None
		return Due(item.item, by_distance, by_time) if by_distance or by_time else None
	by_distance = _next_distance(item, kept_until.kilometres or 0)
	by_time = _next_day(item, started_on, kept_until.on)
	is_once = not item.every_km and not item.every_months
	has_passed = (item.first_km and by_distance is None) or (started_on and item.first_months and by_time is None)
	if is_once and has_passed:
		return None
	return Due(item.item, by_distance, by_time) if by_distance or by_time else None


def expected(due: Due, now: Point | None, rate: float | None) -> Due:
	"""`due` with the day that is expected to come first, forecast from the last known point at `rate` km a day."""
	reached_on = None
	if due.kilometres is not None and now and now.kilometres is not None:
		left = due.kilometres - now.kilometres
		if left <= 0:
			reached_on = now.on
		elif rate and rate > 0:
			reached_on = _days_after(now.on, math.ceil(left / rate))
	days = [(day, basis) for day, basis in ((due.on, TIME), (reached_on, DISTANCE)) if day]
	if not days:
		return due
	expected_on, basis = min(days, key=lambda pair: pair[0])
	return Due(due.item, due.kilometres, due.on, expected_on, basis)


def next_due(
	plan: Iterable[PlanItem],
	started_on: date | None,
	done: Mapping[str, Point],
	kept_until: Point,
	now: Point | None,
	rate: float | None,
) -> list[Due]:
	"""The items that are due next, together: those with the earliest expected day, or the shortest distance while no day is known."""
	dues = []
	for item in plan:
		due = due_of(item, started_on, done.get(item.item), kept_until)
		if due:
			dues.append(expected(due, now, rate))
	dated = [due for due in dues if due.expected_on]
	if dated:
		first = min(due.expected_on for due in dated)
		return [due for due in dated if due.expected_on == first]
	if not dues:
		return []
	nearest = min(due.kilometres for due in dues)
	return [due for due in dues if due.kilometres == nearest]


def _next_distance(item: PlanItem, after: int) -> int | None:
	first = item.first_km or item.every_km
	if not first:
		return None
	if first > after:
		return first
	if not item.every_km:
		return None
	return first + ((after - first) // item.every_km + 1) * item.every_km


def _next_day(item: PlanItem, started_on: date | None, after: date) -> date | None:
	first = item.first_months or item.every_months
	if not first or not started_on:
		return None
	months = first
	if item.every_months:
		passed = (after.year - started_on.year) * 12 + after.month - started_on.month
		# One interval early, for the days within the month.
		months += max(0, (passed - first) // item.every_months) * item.every_months
	day = add_months(started_on, months)
	while day <= after:
		if not item.every_months:
			return None
		months += item.every_months
		day = add_months(started_on, months)
	return day


def _days_after(day: date, days: int) -> date | None:
	try:
		return day + timedelta(days=days)
	except OverflowError:
		return None
