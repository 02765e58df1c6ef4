"""The forecast of crm4s/value/maintenance.py for many cars at once, in columns.

Days are ordinals (`date.toordinal`), 0 where unknown; distances are km, 0 where unknown. That both say the same of every car is tested.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

import numpy as np

from crm4s.value.maintenance import DISTANCE, TIME, PlanItem
from crm4s.value.mileage import (
	ENOUGH_READINGS,
	FROM_FEW_READINGS,
	FROM_MODEL,
	FROM_READINGS,
	MOST_POINTS,
	SHORTEST_SPAN_DAYS,
	WINDOW_DAYS,
)

EPOCH = date(1970, 1, 1).toordinal()
LAST_DAY = date.max.toordinal()
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Cars:
	"""One entry a car in each; `plan` is the position of its plan in the list of plans, -1 for none."""

	started_on: np.ndarray
	first_seen_on: np.ndarray
	is_with_customer: np.ndarray
	was_used_before: np.ndarray
	usual_rate: np.ndarray
	plan: np.ndarray


@dataclass(frozen=True)
class Readings:
	"""One entry a reading in each, sorted by `car` (its position) and time."""

	car: np.ndarray
	on: np.ndarray
	kilometres: np.ndarray
	is_reset: np.ndarray
	in_workshop: np.ndarray


@dataclass(frozen=True)
class Done:
	"""One entry an item that was done in each; `kilometres` as the instrument showed them."""

	car: np.ndarray
	item: np.ndarray
	on: np.ndarray
	kilometres: np.ndarray


@dataclass(frozen=True)
class Forecasts:
	"""One entry a car in each, as in maintenance.Forecast; text is None where there is none, `next_items` is joined by ", "."""

	odometer: np.ndarray
	rate: np.ndarray
	rate_basis: np.ndarray
	next_on: np.ndarray
	next_kilometres: np.ndarray
	next_basis: np.ndarray
	next_items: np.ndarray


@dataclass(frozen=True)
class _Driven:
	"""What the readings say: where each car's begin and how many it has, distances since new, and the last of each car."""

	begins: np.ndarray
	count: np.ndarray
	distance: np.ndarray
	last: np.ndarray
	rate: np.ndarray


def forecast_many(cars: Cars, plans: Sequence[Sequence[PlanItem]], readings: Readings, done: Done) -> Forecasts:
	"""What follows for each of the cars."""
	size = len(cars.plan)
	driven = _drive(cars, readings)
	is_read = driven.count > 0
	odometer = np.zeros(size, dtype=np.int64)
	odometer[is_read] = readings.kilometres[driven.last[is_read]]
	rate, rate_basis = _rate_and_basis(cars, driven)
	answer = Forecasts(odometer, rate, rate_basis, *_nothing_due(size))
	_add_next_service(answer, cars, plans, readings, done, driven)
	return answer


def _nothing_due(size: int) -> tuple:
	return np.zeros(size, dtype=np.int64), np.zeros(size, dtype=np.int64), np.full(size, None), np.full(size, None)


# How far and how fast


def _drive(cars: Cars, readings: Readings) -> _Driven:
	size = len(cars.plan)
	count = np.bincount(readings.car, minlength=size)
	begins = np.concatenate([[0], np.cumsum(count)[:-1]]).astype(np.int64) if size else np.zeros(0, dtype=np.int64)
	distance = readings.kilometres + _counted_before(readings, begins)
	return _Driven(begins, count, distance, begins + count - 1, _own_rates(cars, readings, begins, count, distance))


def _counted_before(readings: Readings, begins: np.ndarray) -> np.ndarray:
	"""What replaced instruments had counted, for each reading."""
	if not readings.is_reset.any():
		return np.zeros(len(readings.car), dtype=np.int64)
	shown_before = np.concatenate([[0], readings.kilometres[:-1]])
	is_first = np.arange(len(readings.car)) == begins[readings.car]
	added = np.where(readings.is_reset & ~is_first, shown_before, 0)
	total = np.cumsum(added)
	return total - total[begins[readings.car]]


def _own_rates(cars: Cars, readings: Readings, begins: np.ndarray, count: np.ndarray, distance: np.ndarray) -> np.ndarray:
	"""Weighted median slope of each car, nan where there is none."""
	rates = np.full(len(count), np.nan)
	if not len(readings.car):
		return rates
	first_on = readings.on[np.minimum(begins, len(readings.on) - 1)]
	has_start = (count > 0) & (cars.started_on > 0) & (cars.started_on <= first_on)
	# The day on which a car was new stands before its readings, at 0 km.
	on = np.insert(readings.on, begins[has_start], cars.started_on[has_start])
	kilometres = np.insert(distance, begins[has_start], 0)
	owner = np.insert(readings.car, begins[has_start], np.flatnonzero(has_start))
	points = count + has_start
	last = np.cumsum(points) - 1
	within = np.bincount(owner[on[last[owner]] - on <= WINDOW_DAYS], minlength=len(count))
	used = np.minimum(np.clip(within, ENOUGH_READINGS, MOST_POINTS), points)
	for number in range(2, MOST_POINTS + 1):
		those = np.flatnonzero(used == number)
		if len(those):
			places = last[those][:, None] + np.arange(1 - number, 1)
			rates[those] = _median_slopes(on[places], kilometres[places])
	return rates


def _median_slopes(on: np.ndarray, kilometres: np.ndarray) -> np.ndarray:
	"""The weighted median slope of each row of points."""
	earlier, later = np.triu_indices(on.shape[1], 1)
	days = on[:, later] - on[:, earlier]
	counts = days >= SHORTEST_SPAN_DAYS
	slopes = np.where(counts, (kilometres[:, later] - kilometres[:, earlier]) / np.maximum(days, 1), np.inf)
	order = np.argsort(slopes, axis=1)
	passed = np.cumsum(np.take_along_axis(np.where(counts, days, 0), order, axis=1), axis=1)
	middle = np.argmax(2 * passed >= passed[:, -1:], axis=1)[:, None]
	median = np.take_along_axis(np.take_along_axis(slopes, order, axis=1), middle, axis=1)[:, 0]
	return np.where(counts.any(axis=1), _to_tenths(median), np.nan)


def _to_tenths(rates: np.ndarray) -> np.ndarray:
	return np.floor(rates * 10 + 0.5) / 10


def _rate_and_basis(cars: Cars, driven: _Driven) -> tuple[np.ndarray, np.ndarray]:
	is_known = ~np.isnan(driven.rate)
	is_own = is_known & (driven.count >= ENOUGH_READINGS)
	is_usual = ~is_own & (cars.usual_rate > 0) & cars.is_with_customer
	choices = [is_own, is_usual, is_known]
	rate = np.select(choices, [driven.rate, _to_tenths(cars.usual_rate), driven.rate], 0.0)
	basis = np.select(choices, np.array([FROM_READINGS, FROM_MODEL, FROM_FEW_READINGS], dtype=object), None)
	return rate, basis


# What is due


def _add_next_service(answer: Forecasts, cars: Cars, plans, readings: Readings, done: Done, driven: _Driven) -> None:
	"""Write the next service of the cars that have a plan and a customer; a row for each car and item of its plan leads there."""
	items = [item for plan in plans for item in plan]
	lengths = np.array([*(len(plan) for plan in plans), 0], dtype=np.int64)
	planned = np.where(cars.is_with_customer, lengths[cars.plan], 0)
	car = np.repeat(np.arange(len(planned)), planned)
	if not len(car):
		return
	begins = np.cumsum(planned) - planned
	first_items = np.cumsum(lengths) - lengths
	item = first_items[cars.plan[car]] + np.arange(len(car)) - begins[car]
	kilometres, on = _dues(car, item, items, cars, readings, done, driven)
	expected, is_by_time = _expected(kilometres, on, *_now(car, cars, readings, driven), answer.rate[car])
	starts = begins[planned > 0]
	those = car[starts]
	earliest = np.minimum.reduceat(np.where(expected > 0, expected, NEVER), starts).repeat(planned[those])
	nearest = np.minimum.reduceat(np.where(kilometres > 0, kilometres, NEVER), starts).repeat(planned[those])
	is_next = np.where(earliest < NEVER, expected == earliest, (kilometres > 0) & (kilometres == nearest))
	first = np.minimum.reduceat(np.where(is_next, np.arange(len(car)), NEVER), starts)
	has_next, first = first < NEVER, first[first < NEVER]
	those = those[has_next]
	answer.next_on[those] = expected[first]
	answer.next_basis[those] = np.where(is_by_time[first], TIME, DISTANCE)
	counted_before = np.where(driven.count > 0, driven.distance[driven.last] - answer.odometer, 0) if len(driven.distance) else np.zeros(len(planned), np.int64)
	least = np.minimum.reduceat(np.where(is_next & (kilometres > 0), kilometres, NEVER), starts)[has_next]
	answer.next_kilometres[those] = np.where(least < NEVER, np.maximum(least - counted_before[those], 0), 0)
	_name_items(answer.next_items, car[is_next], item[is_next], items)


def _name_items(names: np.ndarray, car: np.ndarray, item: np.ndarray, items: Sequence[PlanItem]) -> None:
	pairs = zip(car.tolist(), item.tolist(), strict=True)
	for number, group in groupby(pairs, key=lambda pair: pair[0]):
		names[number] = ", ".join(items[position].item for _car, position in group)


def _now(car: np.ndarray, cars: Cars, readings: Readings, driven: _Driven) -> tuple[np.ndarray, np.ndarray]:
	"""Day and distance up to which each row's car is known; a new car that was never read stood at 0 km when it was new."""
	is_new = (cars.started_on > 0) & ~cars.was_used_before
	day, distance = np.where(is_new, cars.started_on, 0), np.zeros(len(cars.plan), dtype=np.int64)
	is_read = driven.count > 0
	day[is_read] = readings.on[driven.last[is_read]]
	distance[is_read] = driven.distance[driven.last[is_read]]
	return day[car], distance[car]


def _kept_until(cars: Cars, readings: Readings, driven: _Driven) -> tuple[np.ndarray, np.ndarray]:
	is_new = (cars.started_on > 0) & ~cars.was_used_before
	day, distance = np.where(is_new, cars.started_on, cars.first_seen_on), np.zeros(len(cars.plan), dtype=np.int64)
	first = (driven.count > 0) & ~is_new
	day[first], distance[first] = readings.on[driven.begins[first]], driven.distance[driven.begins[first]]
	# Of several the last one stays.
	places = np.flatnonzero(readings.in_workshop)
	owner = readings.car[places]
	is_last = np.append(owner[1:] != owner[:-1], True)[: len(owner)]
	day[owner[is_last]], distance[owner[is_last]] = readings.on[places[is_last]], driven.distance[places[is_last]]
	return day, distance


def _dues(car, item, items: Sequence[PlanItem], cars: Cars, readings: Readings, done: Done, driven: _Driven) -> tuple[np.ndarray, np.ndarray]:
	"""Distance and day at which each row's item is due, 0 where that measure does not count or is past."""
	first_km, first_months, every_km, every_months = (
		np.array([getattr(entry, field) for entry in items], dtype=np.int64)[item]
		for field in ("first_km", "first_months", "every_km", "every_months")
	)
	kept_on, kept_at = (column[car] for column in _kept_until(cars, readings, driven))
	started_on = cars.started_on[car]
	kilometres = _next_distances(first_km, every_km, kept_at)
	on = _next_days(first_months, every_months, started_on, kept_on)
	is_once = (every_km == 0) & (every_months == 0)
	has_passed = ((first_km > 0) & (kilometres == 0)) | ((started_on > 0) & (first_months > 0) & (on == 0))
	is_over = is_once & has_passed
	done_on, done_at = _last_done(car, item, items, readings, done, driven)
	was_done = done_on > 0
	again_at = np.where((every_km > 0) & (done_at > 0), done_at + every_km, 0)
	again_on = np.where(was_done & (every_months > 0), add_months(np.maximum(done_on, 1), every_months), 0)
	return (
		np.where(was_done, again_at, np.where(is_over, 0, kilometres)),
		np.where(was_done, again_on, np.where(is_over, 0, on)),
	)


def _next_distances(first_km: np.ndarray, every_km: np.ndarray, after: np.ndarray) -> np.ndarray:
	first = np.where(first_km > 0, first_km, every_km)
	steps = (after - first) // np.maximum(every_km, 1) + 1
	later = np.where(every_km > 0, first + steps * every_km, 0)
	return np.where(first == 0, 0, np.where(first > after, first, later))


def _next_days(first_months: np.ndarray, every_months: np.ndarray, started_on: np.ndarray, after: np.ndarray) -> np.ndarray:
	first = np.where(first_months > 0, first_months, every_months)
	counts = (first > 0) & (started_on > 0)
	started = np.maximum(started_on, 1)
	passed = _months(np.maximum(after, 1)) - _months(started)
	steps = np.maximum(0, (passed - first) // np.maximum(every_months, 1))
	months = np.where(every_months > 0, first + steps * every_months, first)
	day = add_months(started, months)
	# One interval early, for the days within the month.
	while (is_early := counts & (every_months > 0) & (day <= after)).any():
		months = np.where(is_early, months + every_months, months)
		day = np.where(is_early, add_months(started, months), day)
	return np.where(counts & (day > after), day, 0)


def _last_done(car, item, items: Sequence[PlanItem], readings: Readings, done: Done, driven: _Driven) -> tuple[np.ndarray, np.ndarray]:
	"""When and at what distance each row's item was done last, 0 where it was not or the distance is unknown."""
	nothing = np.zeros(len(car), dtype=np.int64), np.zeros(len(car), dtype=np.int64)
	numbers = {name: number for number, name in enumerate(dict.fromkeys(entry.item for entry in items))}
	number = np.array([numbers.get(name, -1) for name in done.item], dtype=np.int64)
	known = np.flatnonzero(number >= 0)
	if not len(known):
		return nothing
	key, on = done.car[known] * len(numbers) + number[known], done.on[known]
	distance = _since_new(done.car[known], on, done.kilometres[known], readings, driven)
	order = np.lexsort((distance, on, key))
	key, on, distance = key[order], on[order], distance[order]
	wanted = car * len(numbers) + np.array([numbers[entry.item] for entry in items], dtype=np.int64)[item]
	# The last one of each key.
	place = np.searchsorted(key, wanted, side="right") - 1
	found = (place >= 0) & (key[place] == wanted)
	return np.where(found, on[place], 0), np.where(found, distance[place], 0)


def _since_new(car: np.ndarray, on: np.ndarray, shown: np.ndarray, readings: Readings, driven: _Driven) -> np.ndarray:
	"""What the instruments showed on these days as distances since new, 0 where that is unknown."""
	if not readings.is_reset.any():
		return shown
	day_key = readings.car * (LAST_DAY + 1) + readings.on
	place = np.searchsorted(day_key, car * (LAST_DAY + 1) + on, side="right") - 1
	has_reading = (place >= 0) & (readings.car[place] == car)
	counted_before = np.where(has_reading, driven.distance[place] - readings.kilometres[place], 0)
	return np.where(shown > 0, shown + counted_before, 0)


def _expected(kilometres, on, now_on, now_at, rate) -> tuple[np.ndarray, np.ndarray]:
	"""The day that comes first, 0 while unknown, and whether it is that of the time."""
	left = kilometres - now_at
	wait = np.ceil(left / np.where(rate > 0, rate, np.inf))
	reached = np.where(left <= 0, now_on, np.where((rate > 0) & (now_on + wait <= LAST_DAY), now_on + wait, 0)).astype(np.int64)
	reached = np.where((kilometres > 0) & (now_on > 0), reached, 0)
	is_by_time = (on > 0) & ((reached == 0) | (on <= reached))
	return np.where(is_by_time, on, reached), is_by_time


def _months(day: np.ndarray) -> np.ndarray:
	"""Months since 1970 of each day."""
	return (day - EPOCH).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)


def add_months(day: np.ndarray, months: np.ndarray) -> np.ndarray:
	"""The same day so many months later, or the last day of that month where it is shorter."""
	as_day = (day - EPOCH).astype("datetime64[D]")
	month = as_day.astype("datetime64[M]")
	within = (as_day - month.astype("datetime64[D]")).astype(np.int64)
	target = month + months
	first = target.astype("datetime64[D]").astype(np.int64)
	length = (target + 1).astype("datetime64[D]").astype(np.int64) - first
	return EPOCH + first + np.minimum(within, length - 1)
