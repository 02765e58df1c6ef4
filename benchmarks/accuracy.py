"""How well the rate of a car says what its odometer will show next time: its last reading is held out and told from those before.

Against the rule stand two that need no statistics: the slope between the last two readings, and the average of the last year. The cars are
those of the demo group and a simulated fleet with trips, seasons, changes of habit and misread figures.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta

import numpy as np

from crm4s.demo.generate import generate
from crm4s.value.mileage import ENOUGH_READINGS, Point, kilometres_per_day

# A shorter way ahead tells nothing.
SHORTEST_GAP_DAYS = 30
FLEET, SEED = 6000, 5
START = date(2020, 1, 1)


def compare() -> list[dict]:
	"""A row for each fleet and rule: cars, and the error of what was told in km (median, mean, 90th percentile)."""
	answer = []
	for fleet, histories in (("demo group", _demo_cars()), ("simulated", _simulated_cars())):
		held_out = [points for points in histories if len(points) > ENOUGH_READINGS and (points[-1].on - points[-2].on).days >= SHORTEST_GAP_DAYS]
		for rule, rate in RULES.items():
			errors = [_error(points, rate) for points in held_out]
			median, high = np.percentile(errors, (50, 90))
			answer.append({"fleet": fleet, "cars": len(errors), "rule": rule, "median": float(median), "mean": float(np.mean(errors)), "high": float(high)})
	return answer


def last_slope(points: Sequence[Point]) -> float:
	before, last = points[-2:]
	return (last.kilometres - before.kilometres) / max((last.on - before.on).days, 1)


def average_of_year(points: Sequence[Point]) -> float:
	last = points[-1]
	first = next((point for point in points if (last.on - point.on).days <= 365 and point is not last), points[-2])
	return (last.kilometres - first.kilometres) / max((last.on - first.on).days, 1)


RULES: dict[str, Callable[[Sequence[Point]], float | None]] = {
	"weighted median slope": kilometres_per_day,
	"average of the last year": average_of_year,
	"slope of the last two": last_slope,
}


def _error(points: Sequence[Point], rate: Callable) -> float:
	known, actual = points[:-1], points[-1]
	told = known[-1].kilometres + (rate(known) or 0) * (actual.on - known[-1].on).days
	return abs(told - actual.kilometres)


def _demo_cars() -> Iterator[list[Point]]:
	"""What reception read at the visits of the demo group."""
	demo = generate(datetime(2026, 1, 15, 10))
	visits = demo.visits.visits
	read = visits.loc[(visits["odometer"] > 0) & visits["vehicle"].notna()]
	for _car, rows in read.groupby("vehicle"):
		yield [Point(moment.date(), int(kilometres)) for moment, kilometres in sorted(zip(rows["arrived_on"], rows["odometer"], strict=True))]


def _simulated_cars() -> Iterator[list[Point]]:
	rng = np.random.default_rng(SEED)
	for _ in range(FLEET):
		yield _simulated_car(rng)


def _simulated_car(rng: np.random.Generator) -> list[Point]:
	usual = 30 * rng.lognormal(0, 0.6)
	days = 365 * int(rng.integers(2, 6))
	distance = np.cumsum(_days_of_car(rng, usual, days))
	read_on = _days_read(rng, usual, days)
	shown = np.maximum.accumulate([_read(rng, distance[day]) for day in read_on]) if read_on else []
	return [Point(START + timedelta(days=day), int(figure)) for day, figure in zip(read_on, shown, strict=True)]


def _days_of_car(rng: np.random.Generator, usual: float, days: int) -> np.ndarray:
	"""Kilometres of each day: one car in four is used otherwise from some day on; seasons, trips, and no day like the other."""
	driven = np.full(days, usual)
	if rng.random() < 0.25:
		driven[rng.integers(days) :] *= rng.lognormal(0, 0.5)
	driven *= 1 + 0.25 * np.sin(2 * np.pi * np.arange(days) / 365 + rng.uniform(0, 2 * np.pi))
	driven *= rng.gamma(0.5, 2, days)
	for _ in range(rng.poisson(2 * days / 365)):
		begins = int(rng.integers(days))
		driven[begins : begins + int(rng.integers(3, 10))] += 250 * rng.random()
	return driven


def _days_read(rng: np.random.Generator, usual: float, days: int) -> list[int]:
	"""At service, every 10,000 km or half a year, and now and then soon again."""
	read_on, day = [], 0
	while True:
		for_service = min(rng.lognormal(np.log(10_000 / max(usual, 1)), 0.25), rng.normal(200, 60))
		day += max(1, int(for_service if rng.random() > 0.15 else rng.integers(3, 60)))
		if day >= days:
			return read_on
		read_on.append(day)


def _read(rng: np.random.Generator, distance: float) -> float:
	"""One in fifty figures is misread, one in five is rounded."""
	if rng.random() < 0.02:
		distance += rng.choice((1, -1)) * rng.uniform(200, 3000)
	return round(distance, -3) if rng.random() < 0.2 else distance
