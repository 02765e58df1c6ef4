"""How often customers come again, and who still comes: the BG/NBD model.

While a customer comes, purchases follow a rate of his own (gamma distributed over customers: shape r, rate alpha); after each purchase he stays away
for good with a chance of his own (beta distributed: a, b). Fader, Hardie and Lee 2005, "Counting Your Customers the Easy Way: An Alternative to
the Pareto/NBD Model", Marketing Science 24(2), 275-284.

A history is (frequency, recency, age): purchases after the first one, time from the first to the last one, time from the first one to the end of
observation, both in the same unit; that of `alpha` and of horizons is the same.
Who never came again has by this model never had an occasion to leave: `probability_alive` is 1, so others must judge (classes.py does).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import pandas as pd

from crm4s.value.customers import beta_mean, thin
from crm4s.value.customers.likeliest import likeliest

LEAST_CUSTOMERS, LEAST_REPEATERS = 30, 10
FREQUENCY, RECENCY, AGE = range(3)
# Logarithms of the parameters, time being measured in the longest age. At the edge a parameter says "none at all" (nobody leaves) or "all alike".
_RANGE = (-14.0, 14.0)
_STARTS = ((-1.0, -2.0, -0.5, 0.5), (0.0, 0.0, 0.0, 0.0), (1.0, 1.0, -2.0, 2.0))


@dataclass(frozen=True)
class BgNbd:
	"""The fitted model. `is_edge`: a parameter ran to the end of its range; forecasts hold, the parameter alone says nothing."""

	r: float
	alpha: float
	a: float
	b: float
	log_likelihood: float
	customers: float
	is_edge: bool = False

	def probability_alive(self, frequency, recency, age) -> np.ndarray:
		"""The chance of each customer to come at all any more, 0 to 1."""
		from scipy.special import expit

		frequency, recency, age = histories(frequency, recency, age)
		repeats = np.maximum(frequency, 1)
		odds = np.log(self.a) - np.log(self.b + repeats - 1) + (self.r + frequency) * np.log((self.alpha + age) / (self.alpha + recency))
		return np.where(frequency > 0, expit(-odds), 1.0)

	def expected_purchases(self, horizon: float, frequency, recency, age) -> np.ndarray:
		"""Purchases of each customer within `horizon` after the end of observation."""
		return self.expected_by_period([horizon], frequency, recency, age)[:, 0]

	def expected_by_period(self, ends: Sequence[float], frequency, recency, age) -> np.ndarray:
		"""Purchases of each customer between consecutive ends, the first from now on: customers × periods.

		Raises:
			ValueError: the ends do not grow from 0 on.
		"""
		return self.expected_if_staying(ends, frequency, age) * self.probability_alive(frequency, recency, age)[:, None]

	def expected_if_staying(self, ends: Sequence[float], frequency, age) -> np.ndarray:
		"""The same of customers who surely still come, of whom recency says nothing: so there are far fewer cases than customers."""
		ends = np.asarray(ends, dtype=float)
		if (np.diff(ends, prepend=0.0) < 0).any():
			raise ValueError("Periods must end one after the other.")
		frequency, _recency, age = histories(frequency, 0, age)
		counts, of_count = placed(frequency)
		ages, of_age = placed(age)
		cases, which = _different(of_count * len(ages) + of_age, len(counts) * len(ages))
		of_count, of_age = np.divmod(cases, max(len(ages), 1))
		upto = self._expected_while_alive(ends, counts[of_count], ages[of_age])
		return np.maximum(np.diff(upto, axis=1, prepend=0.0), 0)[which]

	def _expected_while_alive(self, ends: np.ndarray, frequency: np.ndarray, age: np.ndarray) -> np.ndarray:
		"""Of customers who still come, up to each end; their chance p to leave after a purchase is Beta(a, b + frequency), and of a known p
		(1 - (1 + p h / (alpha + age))^-(r + frequency)) / p purchases are expected within h."""
		found = np.zeros((len(frequency), len(ends)))
		tau = ends / (self.alpha + age)[:, None]
		for repeats, begin, end in _runs(frequency):
			found[begin:end] = beta_mean.of_saturation(self.a, self.b + repeats, self.r + repeats, tau[begin:end].ravel()).reshape(-1, len(ends))
		return found


def fit(frequency, recency, age, weights=None) -> BgNbd:
	"""The parameters under which these histories are most likely.

	Args:
		frequency, recency, age: one entry a customer, or one a kind of history.
		weights: how many customers share the entry.

	Raises:
		TooThin: too few customers or repeated purchases, or all alike.
		ValueError: what is given is no history.
	"""
	tables, codes, weights = _compressed(histories(frequency, recency, age), weights)
	_check(tables, codes, weights)
	longest = tables[AGE].max()
	in_longest = (tables[FREQUENCY], tables[RECENCY] / longest, tables[AGE] / longest)
	best = likeliest(partial(_Likelihood, in_longest), (*codes, weights), _STARTS, [_RANGE] * 4)
	r, alpha, a, b = (float(value) for value in np.exp(best.point))
	repeats = float(weights @ tables[FREQUENCY][codes[FREQUENCY]])
	in_unit = -best.value * weights.sum() - repeats * np.log(longest)
	return BgNbd(r, alpha * float(longest), a, b, float(in_unit), float(weights.sum()), best.is_edge)


def histories(frequency, recency, age) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
	"""The same as arrays of floats. Raises ValueError where they are no histories."""
	found = np.broadcast_arrays(*(np.atleast_1d(np.asarray(part, dtype=float)) for part in (frequency, recency, age)))
	frequency, recency, age = found
	if not all(np.isfinite(part).all() for part in found) or (frequency < 0).any() or (recency < 0).any() or (recency > age).any():
		raise ValueError(thin.NOT_HISTORIES)
	return frequency, recency, age


def _compressed(parts: Sequence[np.ndarray], weights) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray]:
	"""The different frequencies, recencies and ages; of each different history the places of its three numbers in these; how many customers share it.

	Histories come in a fixed order, so that the order in which they are given changes nothing.
	"""
	weights = np.ones(len(parts[0])) if weights is None else np.asarray(weights, dtype=float)
	tables, codes = zip(*(placed(part) for part in parts), strict=True)
	if not len(weights):
		return list(tables), list(codes), weights
	# Small integers are sorted by their digits, which is much faster than comparing.
	codes = [code.astype(np.min_scalar_type(len(table))) for table, code in zip(tables, codes, strict=True)]
	order = np.lexsort(codes[::-1])
	codes = [code[order] for code in codes]
	differs = np.zeros(len(order), dtype=bool)
	differs[0] = True
	for code in codes:
		differs[1:] |= code[1:] != code[:-1]
	begins = np.flatnonzero(differs)
	return list(tables), [code[begins] for code in codes], np.add.reduceat(weights[order], begins)


def placed(numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
	"""The different numbers, sorted, and the place of each among them. Of few different ones a table is faster than sorting all."""
	places, different = pd.factorize(numbers, sort=True)
	return different, places


def _different(numbers: np.ndarray, end: int) -> tuple[np.ndarray, np.ndarray]:
	"""The different ones of whole numbers from 0 below `end`, sorted, and the place of each number among them."""
	if end > 8 * len(numbers):
		return np.unique(numbers, return_inverse=True)
	# Marking them on a list is faster than sorting.
	there = np.zeros(end, dtype=bool)
	there[numbers] = True
	return np.flatnonzero(there), (np.cumsum(there) - 1)[numbers]


def _runs(numbers: np.ndarray) -> Iterator[tuple[float, int, int]]:
	"""Each number of a sorted array, where it begins and where it ends."""
	begins = np.flatnonzero(np.diff(numbers, prepend=np.nan) != 0)
	yield from zip(numbers[begins], begins, np.append(begins, len(numbers))[1:], strict=True)


def _check(tables, codes, weights) -> None:
	if not len(weights) or tables[AGE].max() <= 0:
		raise thin.TooThin(thin.NOBODY)
	if weights.sum() < LEAST_CUSTOMERS:
		raise thin.TooThin(thin.FEW)
	if weights[tables[FREQUENCY][codes[FREQUENCY]] > 0].sum() < LEAST_REPEATERS:
		raise thin.TooThin(thin.NO_REPEATS)
	if len(weights) == 1:
		raise thin.TooThin(thin.ALL_EQUAL)


class _Likelihood:
	"""Less the mean log-likelihood of a customer, and its slope, by the logarithms of r, alpha, a, b.

	Of a million histories few differ in each of the three numbers, so what depends on one of them is reckoned once for each of its values.
	"""

	def __init__(self, tables, frequency, recency, age, weights):
		"""`tables` hold the numbers of which frequency, recency and age give the places."""
		weights = weights / weights.sum()
		self.repeats, which = _used(tables[FREQUENCY], frequency)
		self.ages, of_age = _used(tables[AGE], age)
		self.recencies, of_recency = _used(tables[RECENCY], recency)
		self.customers_of = np.bincount(which, weights, len(self.repeats))
		self.customers_at = np.bincount(of_age, weights, len(self.ages))
		self.repeats_at = np.bincount(of_age, weights * self.repeats[which], len(self.ages))
		# Only who came again may have left.
		again = self.repeats[which] > 0
		self.which, self.of_age, self.of_recency, self.weights = which[again], of_age[again], of_recency[again], weights[again]

	def __call__(self, point):
		from scipy.special import digamma, gammaln

		r, alpha, a, b = np.exp(point)
		x, number = self.repeats, self.customers_of
		by_count = gammaln(r + x) - gammaln(r) + gammaln(a + b) - gammaln(a + b + x) + gammaln(b + x) - gammaln(b)
		log_age, log_recency = np.log(alpha + self.ages), np.log(alpha + self.recencies)
		times = r * self.customers_at + self.repeats_at
		value = number @ by_count + r * np.log(alpha) - times @ log_age

		# How much likelier it is that the customer left after the last purchase than that he came no more for now, as a logarithm.
		shape, before = (r + x)[self.which], np.where(x > 0, b + x - 1, 1)
		gap = log_age[self.of_age] - log_recency[self.of_recency]
		odds = (np.log(a) - np.log(before))[self.which] + shape * gap
		small = np.exp(-np.abs(odds))
		value += self.weights @ (np.maximum(odds, 0) + np.log(1 + small))
		left = self.weights * np.where(odds > 0, 1, small) / (1 + small)

		left_of = np.bincount(self.which, left, len(x))
		slope_r = number @ (digamma(r + x) - digamma(r)) + np.log(alpha) - self.customers_at @ log_age + left @ gap
		nearer = (1 / (alpha + self.ages))[self.of_age] - (1 / (alpha + self.recencies))[self.of_recency]
		slope_alpha = r / alpha - times @ (1 / (alpha + self.ages)) + left @ (shape * nearer)
		whole = number @ (digamma(a + b) - digamma(a + b + x))
		slope_a = whole + left.sum() / a
		slope_b = whole + number @ (digamma(b + x) - digamma(b)) - left_of @ (1 / before)
		return -value, -np.array([slope_r * r, slope_alpha * alpha, slope_a * a, slope_b * b])


def _used(table: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
	"""The same where most of a table is not asked for."""
	if len(table) <= len(places):
		return table, places
	used, places = np.unique(places, return_inverse=True)
	return table[used], places
