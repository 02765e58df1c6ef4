"""Groups of customers who resemble each other, found without saying beforehand what makes a group: k-means on their figures.

Figures are compared by ratio rather than by difference and cut at the outermost hundredths, so that one fleet that spends a hundred times as much does
not become a group of its own. The same customers give the same groups in whatever order they come: they are sorted, every so-manieth of a large number is learned from, and
the search begins from a fixed seed. Groups are numbered by the first figure, the highest first.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm4s.value.customers import thin

SEED = 20260101
LEAST_CUSTOMERS = 50
MOST_LEARNED, MOST_JUDGED = 50_000, 2_000
NUMBERS = (3, 4, 5, 6, 7)
# A group is high (low) in a figure whose mean lies so many standard deviations of all customers above (below) theirs.
FAR = 0.5
OUTERMOST = (0.01, 0.99)
HIGH, LOW = "high", "low"


@dataclass(frozen=True)
class Group:
	"""`means` of the figures themselves; `traits` the figures in which the group is high or low, the most striking first."""

	number: int
	customers: int
	share: float
	means: dict[str, float]
	traits: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Groups:
	"""`numbers`: of each customer, in the order in which they were given. `clearness`: mean silhouette, 1 far apart, 0 one into the other."""

	groups: tuple[Group, ...]
	numbers: pd.Series
	clearness: float


def find_groups(figures: pd.DataFrame, wanted: int | None = None) -> Groups:
	"""The groups.

	Args:
		figures: one row a customer, one number a column; the first column orders the groups. Missing numbers stand in the middle.
		wanted: how many groups; without it that number of NUMBERS by which they are clearest.

	Raises:
		TooThin: too few customers, or all alike.
	"""
	if len(figures) < LEAST_CUSTOMERS:
		raise thin.TooThin(thin.FEW)
	compared = _compared(figures)
	learned = _spread(compared, MOST_LEARNED)
	different = len(np.unique(learned, axis=0))
	if different < 2:
		raise thin.TooThin(thin.ALL_EQUAL)
	judged = _spread(learned, MOST_JUDGED)
	candidates = [_centres(learned, number) for number in ([wanted] if wanted else NUMBERS) if number <= different]
	candidates = candidates or [_centres(learned, 2)]
	clearness = [_clearness(judged, centres) for centres in candidates]
	best = int(np.argmax(clearness))
	numbers = _nearest(compared, candidates[best])
	return Groups(_described(figures, compared, numbers), pd.Series(numbers + 1, index=figures.index, name="group"), float(clearness[best]))


def name_of(group: Group, phrases: dict[tuple[str, str], str], average: str, most: int = 3) -> str:
	"""The group in words: what it is high or low in, by phrases such as `{("visits", "high"): "come often"}`."""
	told = [phrases[trait] for trait in group.traits if trait in phrases][:most]
	return ", ".join(told) or average


def _compared(figures: pd.DataFrame) -> np.ndarray:
	"""Each figure with mean 0 and standard deviation 1 over all customers; 0 where it is missing or the same for all."""
	values = figures.to_numpy(dtype=float, na_value=np.nan)
	compared = np.zeros_like(values)
	for column, given in enumerate(values.T):
		known = ~np.isnan(given)
		if not known.any():
			continue
		usual = np.median(np.abs(given[known]))
		ratio = np.sign(given) * np.log1p(np.abs(given) / (usual or 1.0))
		ratio = np.clip(ratio, *np.quantile(ratio[known], OUTERMOST))
		middle, spread = ratio[known].mean(), ratio[known].std()
		# As many digits as the order of adding up cannot move.
		compared[known, column] = ((ratio[known] - middle) / spread).round(9) if spread > 1e-9 else 0.0
	return compared


def _spread(rows: np.ndarray, most: int) -> np.ndarray:
	"""Sorted, and of many rows every so-manieth."""
	ordered = rows[np.lexsort(rows.T[::-1])]
	return ordered[np.linspace(0, len(ordered) - 1, min(most, len(ordered))).astype(int)]


def _centres(rows: np.ndarray, number: int) -> np.ndarray:
	from sklearn.cluster import KMeans
	from threadpoolctl import threadpool_limits

	# Threads add up in an order of their own, which moves the last digits.
	with threadpool_limits(1):
		found = KMeans(number, n_init=4, random_state=SEED).fit(rows).cluster_centers_
	return found[np.lexsort(found.T[::-1])[::-1]]


def _nearest(rows: np.ndarray, centres: np.ndarray) -> np.ndarray:
	"""Number of the centre next to each row, from 0."""
	distances = (centres**2).sum(axis=1) - 2 * rows @ centres.T
	return np.argmin(distances.round(12), axis=1)


def _clearness(rows: np.ndarray, centres: np.ndarray) -> float:
	from sklearn.metrics import silhouette_score

	numbers = _nearest(rows, centres)
	return float(silhouette_score(rows, numbers)) if 1 < len(np.unique(numbers)) < len(rows) else -1.0


def _described(figures: pd.DataFrame, compared: np.ndarray, numbers: np.ndarray) -> tuple[Group, ...]:
	groups = []
	for number in np.unique(numbers):
		chosen = numbers == number
		means = figures[chosen].mean()
		away = dict(zip(figures.columns, compared[chosen].mean(axis=0) - compared.mean(axis=0), strict=True))
		groups.append(Group(int(number) + 1, int(chosen.sum()), float(chosen.mean()), {name: float(value) for name, value in means.items()}, _traits(away)))
	return tuple(groups)


def _traits(away: dict[str, float]) -> tuple[tuple[str, str], ...]:
	striking: Sequence[str] = sorted((name for name in away if abs(away[name]) >= FAR), key=lambda name: (-round(abs(away[name]), 9), name))
	return tuple((name, HIGH if away[name] > 0 else LOW) for name in striking)
