"""Arithmetic of the scorecard: value, attainment of the target, light, composite score, place among stores, and what moved a figure.

A KPI is `factor` × numerator ÷ denominator. Of two directions one is better: "Higher" or "Lower".
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median

HIGHER, LOWER = "Higher", "Lower"
GREEN, YELLOW, RED = "Green", "Yellow", "Red"
# More than this share of its target no KPI brings into the composite score: one that is far above must not hide another that is below.
MOST_ATTAINMENT = 1.2


def kpi_value(numerator: float, denominator: float, factor: float = 1.0) -> float | None:
	"""factor × numerator ÷ denominator; None where nothing is divided."""
	return factor * numerator / denominator if denominator else None


def attainment(value: float | None, target: float | None, direction: str) -> float | None:
	"""Which share of its target a KPI reaches: 1.0 is the target, more is better in both directions; never below 0.

	Where more is better value ÷ target; where less is better 2 − value ÷ target, so that a tenth too much and a tenth too little weigh the
	same and nothing at all is 2.0. None without a value or without a target above 0.
	"""
	if value is None or not target or target < 0:
		return None
	share = value / target
	return max(0.0, share if direction == HIGHER else 2 - share)


def light(reached: float | None, green_from: float, yellow_from: float) -> str | None:
	"""Green, Yellow or Red for an attainment; the limits are shares of the target (1.0, 0.9). None where there is no attainment.

	Compared to a millionth, as 0.9 × target ÷ target is not always 0.9.
	"""
	if reached is None:
		return None
	exact = round(reached, 6)
	return GREEN if exact >= round(green_from, 6) else YELLOW if exact >= round(yellow_from, 6) else RED


def composite(parts: Iterable[tuple[float | None, float]]) -> float | None:
	"""Points of all KPIs together: Σ weight × min(attainment, 1.2) × 100 ÷ Σ weight, one decimal; 100 is "every target reached".

	Args:
		parts: attainment and weight of each KPI. What has no attainment or no weight counts on neither side.
	"""
	counted = [(min(reached, MOST_ATTAINMENT), weight) for reached, weight in parts if reached is not None and weight > 0]
	weights = sum(weight for _reached, weight in counted)
	return round(100 * sum(reached * weight for reached, weight in counted) / weights, 1) if weights else None


@dataclass(frozen=True)
class Place:
	"""Where a store stands among those that have a value: rank 1 is the best; equal values share a rank."""

	rank: int | None
	count: int
	best: float | None
	median: float | None


def place(value: float | None, others: Sequence[float], direction: str) -> Place:
	"""The place of `value` among `others`, the values of all stores, its own one among them."""
	if not others:
		return Place(None, 0, None, None)
	best = max(others) if direction == HIGHER else min(others)
	ahead = sum((other > value) if direction == HIGHER else (other < value) for other in others) if value is not None else None
	return Place(None if ahead is None else ahead + 1, len(others), best, float(median(others)))


Amounts = tuple[float, float]


def contributions(before: Mapping[str, Amounts], now: Mapping[str, Amounts], factor: float = 1.0) -> dict[str, float]:
	"""By how much each part (a store, a person) moved the figure of the whole; the parts add up to the whole's change exactly.

	With N, D the sums and v = N ÷ D before, a part's surplus over the whole's old rate is n − v·d; its contribution is
	factor × (surplus now ÷ D now − surplus before ÷ D before). A part that does as everybody did before contributes nothing, however large it grew.

	Args:
		before, now: numerator and denominator by part. Empty where one of the sums of denominators is 0.
	"""
	old, new = (tuple(sum(column) for column in zip(*amounts.values(), strict=True)) if amounts else (0.0, 0.0) for amounts in (before, now))
	if not old[1] or not new[1]:
		return {}
	rate = old[0] / old[1]

	def surplus(amounts: Mapping[str, Amounts], part: str, whole: float) -> float:
		numerator, denominator = amounts.get(part, (0.0, 0.0))
		return (numerator - rate * denominator) / whole

	return {part: factor * (surplus(now, part, new[1]) - surplus(before, part, old[1])) for part in {*before, *now}}


def first_of_window(month: date, months: int) -> date:
	"""The first day of a window of so many months that ends with `month`; `month` is the first day of one."""
	position = month.year * 12 + month.month - months
	return date(position // 12, position % 12 + 1, 1)


def next_month(month: date) -> date:
	return date(month.year + month.month // 12, month.month % 12 + 1, 1)


@dataclass(frozen=True)
class Target:
	"""What was set for a node: `month` 0 is the whole year; `weight` None leaves the KPI's own."""

	dealership: str
	year: int
	month: int
	target: float
	weight: float | None = None


def target_for(targets: Iterable[Target], way_up: Sequence[str], month: date) -> Target | None:
	"""The target that holds for a node in a month: of the nearest node on its way up, and there the month's before the year's.

	Args:
		way_up: the node, its parent, … up to the group.
	"""
	of_month = {(row.dealership, row.month): row for row in targets if row.year == month.year and row.month in (0, month.month)}
	return next((found for node in way_up for part in (month.month, 0) if (found := of_month.get((node, part)))), None)
