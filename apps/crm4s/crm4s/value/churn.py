"""How far a car has drifted away from us: the time without a visit to the workshop, measured by its own rhythm.

The rhythm is the median of its last intervals between visits, which one long journey or one visit too many hardly moves. A car that has not
been here three times yet goes by its model's plan. A stage begins where both of its measures are reached: so many times the rhythm, and so many
calendar months, without which a taxi that comes every other week would be lost within two months.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from math import ceil
from statistics import median

from crm4s.value.maintenance import PlanItem, add_months

# Who comes again within a week comes about the same thing.
SHORTEST_INTERVAL = 7
# What was years ago says little about how the car is used now.
LAST_INTERVALS = 5
ENOUGH_INTERVALS = 2
# Of a car that is serviced every third year nobody waits nine years to ask.
SHORTEST_RHYTHM, LONGEST_RHYTHM = 14, 730
DAYS_OF_MONTH = 365.25 / 12
# Many cars of a set were here on the same days; so many beginnings of a stage are not worked out anew.
DIFFERENT_BEGINNINGS = 8192


@dataclass(frozen=True)
class Stage:
	"""Begins after `factor` times the rhythm and not before `least_months` without a visit."""

	name: str
	factor: float
	least_months: int = 0


@dataclass(frozen=True)
class Standing:
	"""Where a car stands: in `stage` since `since`, until it enters the next one on `next_on`, None in the last one."""

	stage: str | None
	since: date | None
	next_on: date | None


def visits_apart(days: Sequence[date]) -> list[date]:
	"""The days in order, without those that follow within a week of one that counts."""
	apart: list[date] = []
	for day in sorted(days):
		if not apart or (day - apart[-1]).days >= SHORTEST_INTERVAL:
			apart.append(day)
	return apart


def plan_interval(plan: Sequence[PlanItem], kilometres_per_day: float) -> float | None:
	"""Days between two services by plan: the shortest time in which one of its items is due again; None without such an item."""
	times = [item.every_months * DAYS_OF_MONTH for item in plan if item.every_months]
	if kilometres_per_day > 0:
		times += [item.every_km / kilometres_per_day for item in plan if item.every_km]
	return min(times, default=None)


def rhythm(days: Sequence[date], planned: float | None, usual: float) -> int:
	"""Whole days between two visits of a car.

	Args:
		days: of its settled visits to the workshop, in any order.
		planned: days between two services by its model's plan, if that says.
		usual: days where neither visits nor plan say anything.
	"""
	apart = visits_apart(days)
	between = [(later - earlier).days for earlier, later in zip(apart, apart[1:], strict=False)][-LAST_INTERVALS:]
	found = median(between) if len(between) >= ENOUGH_INTERVALS else planned or usual
	return min(max(ceil(found), SHORTEST_RHYTHM), LONGEST_RHYTHM)


@lru_cache(DIFFERENT_BEGINNINGS)
def begins_on(stage: Stage, last_on: date, rhythm_days: int) -> date:
	"""The day on which a car that was here last on `last_on` enters the stage."""
	# 8 digits: a factor of 1.1 is no hair more than 1.1 because of how it is stored.
	by_rhythm = last_on + timedelta(days=ceil(round(rhythm_days * stage.factor, 8)))
	return max(by_rhythm, add_months(last_on, stage.least_months))


def standing(stages: Sequence[Stage], last_on: date | None, rhythm_days: int, today: date) -> Standing:
	"""Where a car stands today.

	Args:
		stages: from the mildest; neither factors nor months fall from one to the next.
		last_on: of its last visit, of its delivery where there was none; None where nobody knows either.
	"""
	if last_on is None or not stages:
		return Standing(None, None, None)
	days = [begins_on(stage, last_on, rhythm_days) for stage in stages]
	reached = [place for place, day in enumerate(days) if day <= today]
	if not reached:
		return Standing(None, None, days[0])
	place = reached[-1]
	# Stages that begin together leave the ones before the last no day of their own.
	return Standing(stages[place].name, days[place], next(iter(days[place + 1 :]), None))
