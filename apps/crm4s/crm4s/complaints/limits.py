"""What the law counts of a car, and how near it is to a limit. Pure.

A repair counts where it began within the months since the car was sold and within the kilometres. A repair of less than a day counts as one day
(Provisions on repair, replacement and return of household cars, SAMR order 43).
"""

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from crm4s.value.maintenance import add_months

SAME_FAULT, SAFETY_FAULT, DAYS = "Repairs of the Same Fault", "Repairs of a Safety Fault", "Days in Repair"
FINE, NEAR, REACHED = "Fine", "Near", "Reached"
SECONDS_OF_DAY = 86_400


@dataclass(frozen=True)
class Limit:
	"""`most` is the number with which it is reached, `warn_from` the one from which it is near; 0 months or km: without end."""

	counts: str
	most: int
	warn_from: int
	within_months: int = 0
	within_km: int = 0
	energy_type: str | None = None
	usage: str | None = None


@dataclass(frozen=True)
class Car:
	"""`sold_on`: from when the law counts; `odometer` now, in km."""

	sold_on: date | None
	energy_type: str | None
	usage: str
	odometer: int = 0


@dataclass(frozen=True)
class Repair:
	"""`until` is None while the car is in the workshop; `odometer` in km at arrival, None where nobody read it."""

	begun: datetime
	until: datetime | None
	odometer: int | None
	faults: frozenset[str]
	concerns_safety: bool = False


@dataclass(frozen=True)
class Standing:
	"""`until`: the day from which nothing more counts; `fault`: what was repaired most often."""

	counted: int
	standing: str
	fault: str | None
	until: date | None


def standing(limit: Limit, car: Car, repairs: Sequence[Repair], now: datetime) -> Standing | None:
	"""Where the car stands; None where the limit is for other cars, the day of the sale is not known, or the time is over and nothing was reached."""
	if not car.sold_on or (limit.energy_type or car.energy_type) != car.energy_type or (limit.usage or car.usage) != car.usage:
		return None
	until = add_months(car.sold_on, limit.within_months) if limit.within_months else None
	within = [one for one in repairs if _is_within(one, until, limit.within_km)]
	counted, fault = _count(limit.counts, within, now)
	if counted >= limit.most:
		return Standing(counted, REACHED, fault, until)
	if (until and now.date() >= until) or (limit.within_km and car.odometer > limit.within_km):
		return None
	return Standing(counted, NEAR if counted >= limit.warn_from else FINE, fault, until)


def days_of(repair: Repair, now: datetime) -> int:
	"""Days begun, at least one."""
	seconds = ((repair.until or now) - repair.begun).total_seconds()
	return max(1, math.ceil(seconds / SECONDS_OF_DAY))


def _is_within(repair: Repair, until: date | None, km: int) -> bool:
	in_time = not until or repair.begun.date() < until
	return in_time and (not km or repair.odometer is None or repair.odometer <= km)


def _count(counts: str, repairs: Sequence[Repair], now: datetime) -> tuple[int, str | None]:
	if counts == DAYS:
		return sum(days_of(one, now) for one in repairs), None
	settled = [one for one in repairs if one.until]
	if counts == SAFETY_FAULT:
		return sum(one.concerns_safety for one in settled), None
	often = Counter(fault for one in settled for fault in one.faults)
	if not often:
		return 0, None
	# Of equals the first by name, so that the answer is always the same.
	fault = min(often, key=lambda name: (-often[name], name))
	return often[fault], fault
