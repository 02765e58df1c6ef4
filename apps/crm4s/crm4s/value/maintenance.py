"""When a car is due for service: maintenance plan, odometer readings and what was done, whichever of distance and time comes first.

Distances are in km since the car was new, also after an instrument was replaced. `forecast` is the rule for one car;
crm4s/value/maintenance_sets.py says the same of many cars at once.
"""

import math
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from crm4s.value.mileage import Point, Reading, daily_rate, distances_since_new

DISTANCE = "Distance"
TIME = "Time"


@dataclass(frozen=True)
class PlanItem:
	"""One item of a plan: first at km or months, then every so many; 0 means that this measure does not count for the item."""

	item: str
	first_km: int = 0
	first_months: int = 0
	every_km: int = 0
	every_months: int = 0


@dataclass(frozen=True)
class Car:
	"""What else the forecast asks of a car.

	Args:
		started_on: the day on which it was new, if known.
		first_seen_on: the day on which it came into the books.
		is_with_customer: a car of the dealership is nobody's to remind of.
		was_used_before: it was somebody's car before it came into the books.
		usual_rate: km a day of its model, 0 if unknown.
	"""

	started_on: date | None
	first_seen_on: date
	is_with_customer: bool = True
	was_used_before: bool = False
	usual_rate: float = 0


@dataclass(frozen=True)
class Due:
	"""When one item is due: at a distance, on a day, or both; `expected_on` is the day that comes first, None while unknown."""

	item: str
	kilometres: int | None
	on: date | None
	expected_on: date | None = None
	basis: str | None = None


@dataclass(frozen=True)
class Forecast:
	"""How a car drives and what it is due for next; kilometres as its instrument shows them, 0 where unknown."""

	odometer: int = 0
	rate: float = 0
	rate_basis: str | None = None
	next_on: date | None = None
	next_kilometres: int = 0
	next_basis: str | None = None
	next_items: tuple[str, ...] = ()


def forecast(car: Car, plan: Sequence[PlanItem], readings: Sequence[Reading], done: Iterable[tuple[str, Point]]) -> Forecast:
	"""What follows for one car.

	Args:
		plan: of its model.
		readings: in the order of their times.
		done: item, and the day with what the instrument showed, None if nobody noted it.
	"""
	points = distances_since_new(readings)
	rate, rate_basis = daily_rate(points, car.started_on, car.usual_rate if car.is_with_customer else 0)
	odometer = readings[-1].kilometres if readings else 0
	known = Forecast(odometer, rate or 0, rate_basis)
	if not car.is_with_customer:
		return known
	kept = kept_until(car, readings, points)
	now = points[-1] if points else kept if car.started_on and not car.was_used_before else None
	noted = [(item, _since_new(point, readings, points)) for item, point in done]
	dues = next_due(plan, car.started_on, last_done(noted), kept, now, rate)
	if not dues:
		return known
	distances = [due.kilometres for due in dues if due.kilometres is not None]
	counted_before = points[-1].kilometres - odometer if points else 0
	return replace(
		known,
		next_on=dues[0].expected_on,
		next_kilometres=max(min(distances) - counted_before, 0) if distances else 0,
		next_basis=dues[0].basis or DISTANCE,
		next_items=tuple(due.item for due in dues),
	)


def kept_until(car: Car, readings: Sequence[Reading], points: Sequence[Point]) -> Point:
	"""Up to where an item that nobody noted counts as done.

	Whoever has the car in the workshop does what is due; else the delivery of a new car, or the day on which it was first seen.
	"""
	in_workshop = [point for reading, point in zip(readings, points, strict=True) if reading.in_workshop]
	if in_workshop:
		return in_workshop[-1]
	if car.started_on and not car.was_used_before:
		return Point(car.started_on, 0)
	return points[0] if points else Point(car.first_seen_on, 0)


def _since_new(shown: Point, readings: Sequence[Reading], points: Sequence[Point]) -> Point:
	"""What the instrument showed on a day as a distance since new."""
	if shown.kilometres is None:
		return shown
	before = [point.kilometres - reading.kilometres for reading, point in zip(readings, points, strict=True) if reading.on <= shown.on]
	return Point(shown.on, shown.kilometres + before[-1]) if before else shown


def last_done(done: Iterable[tuple[str, Point]]) -> dict[str, Point]:
	"""When and where each item was done last; of two notes of one day the one further on."""
	last: dict[str, Point] = {}
	for item, point in done:
		if item not in last or _order(last[item]) < _order(point):
			last[item] = point
	return last


def _order(point: Point) -> tuple[date, int]:
	return point.on, point.kilometres or 0


def add_months(day: date, months: int) -> date:
	"""The same day so many months later, or the last day of that month where it is shorter."""
	years, month = divmod(day.month - 1 + months, 12)
	year, month = day.year + years, month + 1
	return date(year, month, min(day.day, monthrange(year, month)[1]))


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
