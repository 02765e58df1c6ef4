"""How much a purchase of each customer brings on average: the gamma-gamma model.

Amounts of a customer scatter about a mean of his own (gamma distributed, shape p), means scatter over customers (q, v); how often somebody comes says
nothing about how much he spends. Fader and Hardie 2013, "The Gamma-Gamma Model of Monetary Value"; Colombo and Jiang 1999, "A Stochastic RFM Model",
Journal of Interactive Marketing 13(3), 2-12.
"""

from dataclasses import dataclass

import numpy as np

from crm4s.value.customers import thin
from crm4s.value.customers.bg_nbd import LEAST_REPEATERS, placed
from crm4s.value.customers.likeliest import likeliest

# Logarithms of p, q - 1 and v, money being measured in the mean amount. From q = 1 downwards the mean of all customers would be infinite.
_RANGES = [(-7.0, 14.0), (-4.0, 14.0), (-12.0, 16.0)]
_STARTS = ((1.0, 1.0, 0.0), (0.0, 0.0, 0.0), (3.0, 3.0, 2.0))


@dataclass(frozen=True)
class GammaGamma:
	p: float
	q: float
	v: float
	log_likelihood: float
	customers: float

	@property
	def mean(self) -> float:
		"""The amount expected of somebody of whom nothing is known."""
		return self.p * self.v / (self.q - 1)

	def expected_value(self, frequency, mean_value) -> np.ndarray:
		"""The amount that a purchase of each customer brings on average.

		His own mean counts the more the more purchases it rests on; a mean of nothing or below (refunds) is drawn towards that of all in the same way.

		Args:
			frequency: of purchases in the mean; with 0 the mean is not looked at.
			mean_value: in the unit that the model was fitted in.
		"""
		frequency, mean_value = np.asarray(frequency, dtype=float), np.asarray(mean_value, dtype=float)
		own = self.p * frequency
		return (self.p * self.v + np.where(frequency > 0, own * mean_value, 0.0)) / (own + self.q - 1)


def fit(frequency, mean_value, weights=None) -> GammaGamma:
	"""The parameters under which these means are most likely.

	Args:
		frequency: purchases in each mean; customers without any, or with a mean that is not positive, say nothing and are left out.
		mean_value: the average amount of them.
		weights: how many customers share the entry.

	Raises:
		TooThin: too few such customers, or all alike.
	"""
	frequency, mean_value = np.asarray(frequency, dtype=float), np.asarray(mean_value, dtype=float)
	weights = np.ones(len(frequency)) if weights is None else np.asarray(weights, dtype=float)
	known = (frequency > 0) & (mean_value > 0) & np.isfinite(mean_value) & (weights > 0)
	frequency, mean_value, weights = (part[known] for part in (frequency, mean_value, weights))
	# By their number of purchases, so that every so-manieth holds of each; small integers are sorted by their digits.
	counts, numbers = placed(frequency)
	order = np.argsort(numbers.astype(np.min_scalar_type(len(counts))), kind="stable")
	frequency, mean_value, weights = (part[order] for part in (frequency, mean_value, weights))
	if weights.sum() < LEAST_REPEATERS:
		raise thin.TooThin(thin.NO_AMOUNTS)
	if np.ptp(mean_value) <= 1e-9 * mean_value[0]:
		raise thin.TooThin(thin.ALL_EQUAL)
	unit = float(weights @ mean_value / weights.sum())
	best = likeliest(_Likelihood, (frequency, mean_value / unit, weights), _STARTS, _RANGES)
	p, above_one, v = (float(value) for value in np.exp(best.point))
	in_unit = -best.value * weights.sum() - weights.sum() * np.log(unit)
	return GammaGamma(p, 1 + above_one, v * unit, float(in_unit), float(weights.sum()))


class _Likelihood:
	"""Less the mean log-likelihood of a customer, and its slope, by the logarithms of p, q - 1, v."""

	def __init__(self, frequency, mean_value, weights):
		self.weights = weights / weights.sum()
		self.counts, which = placed(frequency)
		self.customers_of = np.bincount(which, self.weights)
		self.frequency, self.total = frequency, frequency * mean_value
		self.log_mean, self.log_total = self.weights @ np.log(mean_value), np.log(self.total)
		self.purchases = self.weights @ frequency
		self.logs_by_purchase = self.weights @ (frequency * self.log_total)

	def __call__(self, point):
		from scipy.special import digamma, gammaln

		p, above_one, v = np.exp(point)
		q, x, number = 1 + above_one, self.counts, self.customers_of
		log_sum = np.log(v + self.total)
		shape = p * self.frequency + q
		value = (
			number @ (gammaln(p * x + q) - gammaln(p * x)) - gammaln(q) + q * np.log(v) + p * self.logs_by_purchase - self.log_mean - self.weights @ (shape * log_sum)
		)
		slope_p = number @ (x * (digamma(p * x + q) - digamma(p * x))) + self.logs_by_purchase - self.weights @ (self.frequency * log_sum)
		slope_q = number @ digamma(p * x + q) - digamma(q) + np.log(v) - self.weights @ log_sum
		slope_v = q / v - self.weights @ (shape / (v + self.total))
		return -value, -np.array([slope_p * p, slope_q * above_one, slope_v * v])
