"""How far a car drives in a day, from what its odometer showed.

The rate is the slope of Theil (1950) and Sen (1968): the median of the slopes between all pairs of readings, each weighted by the days
between the two (the weights of Jaeckel, Annals of Mathematical Statistics 43, 1972), which a single misread figure, a long trip or two
visits within a week hardly move. crm4s/value/maintenance_sets.py computes the same for many cars at once.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

# A shorter span says more about one trip than about the driver.
SHORTEST_SPAN_DAYS = 14
# All seasons twice; what was before says little about how the car is used now.
WINDOW_DAYS = 730
# With fewer a car drives as the others of its model do.
ENOUGH_READINGS = 3
# A taxi is read every other week: the last ones say enough, and pairs grow with the square.
MOST_POINTS = 12

# What a rate comes from
FROM_READINGS = "Readings"
FROM_MODEL = "Model"
FROM_FEW_READINGS = "Few Readings"


@dataclass(frozen=True)
class Reading:
	"""What the odometer showed on a day; `is_reset` where it had been replaced since the reading before."""

	on: date
	kilometres: int
	is_reset: bool = False
	in_workshop: bool = False


@dataclass(frozen=True)
class Point:
	"""How far a car had come on a day; the distance is None where nobody knows it."""

	on: date
	kilometres: int | None


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


def daily_rate(points: Sequence[Point], started_on: date | None = None, usual: float = 0) -> tuple[float, str] | tuple[None, None]:
	"""Kilometres a day and what they come from: the car's readings; with fewer than three, its model; without that, what there is.

	Args:
		points: the readings as distances since new, in the order of their dates.
		started_on: the day on which the car was new, if known; it counts as a further point at 0 km, not as a reading.
		usual: km a day of the model, 0 if unknown.
	"""
	own = kilometres_per_day(points, started_on)
	if own is not None and len(points) >= ENOUGH_READINGS:
		return own, FROM_READINGS
	if usual > 0:
		return to_tenths(usual), FROM_MODEL
	return (own, FROM_FEW_READINGS) if own is not None else (None, None)


def kilometres_per_day(points: Sequence[Point], started_on: date | None = None) -> float | None:
	"""The weighted median slope of the last two years before the last point, or of the last three points; to a tenth, None if unknown."""
	used = _points_of_window(points, started_on)
	slopes = sorted(
		((later.kilometres - earlier.kilometres) / days, days)
		for earlier, later in combinations(used, 2)
		if (days := (later.on - earlier.on).days) >= SHORTEST_SPAN_DAYS
	)
	left = sum(days for _slope, days in slopes)
	passed = 0
	for slope, days in slopes:
		passed += days
		if 2 * passed >= left:
			return to_tenths(slope)
	return None


def to_tenths(rate: float) -> float:
	"""Rounded as a column of numbers can be rounded with the same result."""
	return math.floor(rate * 10 + 0.5) / 10


def _points_of_window(points: Sequence[Point], started_on: date | None) -> Sequence[Point]:
	if not points:
		return ()
	known = [Point(started_on, 0), *points] if started_on and started_on <= points[0].on else list(points)
	within = sum((known[-1].on - point.on).days <= WINDOW_DAYS for point in known)
	return known[-min(max(within, ENOUGH_READINGS), MOST_POINTS) :]
