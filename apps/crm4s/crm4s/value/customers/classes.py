"""Five classes of value: nothing to expect any more, then high or low value, stable or at risk; and the strategy that follows."""

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


def value_classes(no_value, values, risk, value_from: float, risk_from: float) -> np.ndarray:
	"""One of `CLASSES` for each customer. A hair below the cut still counts: the cut is the value of a customer."""
	high = np.asarray(values) >= value_from * (1 - 1e-12)
	at_risk = np.asarray(risk) >= risk_from
	codes = np.where(no_value, 0, np.where(high, 1, 3) + at_risk)
	return np.array(CLASSES, dtype=object)[codes]


def strategies(value_class, stage) -> np.ndarray:
	"""VIP for the most valuable, improve where there is most to win, let go where nothing is left, maintain the others.

	There is most to win where high value is about to leave, and where a stable customer has only begun.
	"""
	value_class, stage = np.asarray(value_class), np.asarray(stage)
	begun = (value_class == LOW_STABLE) & ((stage == ACQUISITION) | (stage == GROWTH))
	codes = np.select([value_class == NO_VALUE, value_class == HIGH_STABLE, (value_class == HIGH_AT_RISK) | begun], [3, 2, 0], 1)
	return np.array(STRATEGIES, dtype=object)[codes]
