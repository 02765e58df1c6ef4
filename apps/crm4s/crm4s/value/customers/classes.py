"""Five classes of value: nothing to expect any more, then high or low value, stable or at risk; and the strategy that follows."""

from dataclasses import dataclass

import numpy as np

from crm4s.value.customers.lifecycle import ACQUISITION, GROWTH

NO_VALUE, HIGH_STABLE, HIGH_AT_RISK, LOW_STABLE, LOW_AT_RISK = CLASSES = (
	"No Value",
	"High Value Stable",
	"High Value at Risk",
	"Low Value Stable",
	"Low Value at Risk",
)
IMPROVE, MAINTAIN, VIP, LET_GO = STRATEGIES = ("Improve", "Maintain", "VIP", "Let Go")


def natural_split(values, otherwise: float) -> float:
	"""Where the values divide best into two groups: the first value of the upper one.

	The sum of squares between the two groups is largest there (Otsu 1979). `otherwise` where there are not two different values.
	"""
	values = np.sort(np.asarray(values, dtype=float))
	count = len(values)
	if count < 2 or values[0] == values[-1]:
		return otherwise
	# About their mean, as large sums of like numbers lose digits.
	sums = np.cumsum(values - values.mean())[:-1]
	below = np.arange(1, count)
	between = sums**2 * (1 / below + 1 / (count - below))
	between[values[1:] == values[:-1]] = -1
	return float(values[np.argmax(between) + 1])


def value_cut(values, share: float = 0) -> float:
	"""From which value on a customer is of high value.

	Args:
		values: lifetime values, as long as they stay, of those with a value above 0.
		share: 0.3 for the best three in ten; 0 for where the values divide by themselves, as ratios, since few are worth many times the others.
	"""
	values = np.asarray(values, dtype=float)
	if not len(values):
		return np.inf
	if share > 0:
		return float(np.quantile(values, max(0.0, 1 - share), method="higher"))
	return float(np.exp(natural_split(np.log(values), otherwise=float(np.log(values[0])))))


@dataclass(frozen=True)
class Cuts:
	"""From which value on a customer is of high value and from which risk on at risk, and within what share of these a class stays as it was.

	Values and cuts move a little every night: without a margin whoever stands at a cut would change class back and forth. Who was above a cut
	stays until he is below it by more than the margin, who was below until he reaches it and the margin. Who had no class, or no value, is judged by
	the cuts alone. The margin of risk is a share of the nearer end of 0 to 1, so that both sides can be reached.
	"""

	value_from: float
	risk_from: float
	margin: float = 0.0

	@property
	def value_reach(self) -> float:
		return self.value_from * self.margin if np.isfinite(self.value_from) else 0.0

	@property
	def risk_reach(self) -> float:
		return max(min(self.risk_from, 1 - self.risk_from), 0.0) * self.margin

	def near(self, values, risk) -> np.ndarray:
		"""For whom the class before decides."""
		values, risk = np.asarray(values), np.asarray(risk)
		near_value = (values >= self.value_from - self.value_reach) & (values < self.value_from + self.value_reach)
		return near_value | ((risk >= self.risk_from - self.risk_reach) & (risk < self.risk_from + self.risk_reach))

	def classes(self, no_value, values, risk, before=None) -> np.ndarray:
		"""One of `CLASSES` for each customer; `before` is that of the last time, or anything else where there was none."""
		values, risk = np.asarray(values), np.asarray(risk)
		before = np.full(len(values), "", dtype=object) if before is None else np.asarray(before, dtype=object)
		was_high, was_low = np.isin(before, (HIGH_STABLE, HIGH_AT_RISK)), np.isin(before, (LOW_STABLE, LOW_AT_RISK))
		was_at_risk, was_stable = np.isin(before, (HIGH_AT_RISK, LOW_AT_RISK)), np.isin(before, (HIGH_STABLE, LOW_STABLE))
		# A hair below the cut still counts: the cut is the value of a customer.
		high = _above(values, self.value_from * (1 - 1e-12), self.value_reach, was_high, was_low)
		at_risk = _above(risk, self.risk_from, self.risk_reach, was_at_risk, was_stable)
		codes = np.where(no_value, 0, np.where(high, 1, 3) + at_risk)
		return np.array(CLASSES, dtype=object)[codes]


def _above(measured, cut: float, reach: float, was_above, was_below) -> np.ndarray:
	return measured >= cut + reach * (was_below.astype(int) - was_above)


def strategies(value_class, stage) -> np.ndarray:
	"""VIP for the most valuable, improve where there is most to win, let go where nothing is left, maintain the others.

	There is most to win where high value is about to leave, and where a stable customer has only begun.
	"""
	value_class, stage = np.asarray(value_class), np.asarray(stage)
	begun = (value_class == LOW_STABLE) & ((stage == ACQUISITION) | (stage == GROWTH))
	codes = np.select([value_class == NO_VALUE, value_class == HIGH_STABLE, (value_class == HIGH_AT_RISK) | begun], [3, 2, 0], 1)
	return np.array(STRATEGIES, dtype=object)[codes]
