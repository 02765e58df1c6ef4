"""Which questions move an outcome, such as the recommendation, and how sure that is. Pure.

*Effect* is what the outcome differs by between customers whose answers to the question differ by one step: a simple regression, so it holds what
comes along with the question. *Share* says which part of what all questions together explain belongs to each: the relative weights of J. W. Johnson
(2000), "A Heuristic Method for Estimating the Relative Weight of Predictor Variables in Multiple Regression", Multivariate Behavioral Research 35(1),
1-19. Answers of a person resemble each other, so the coefficients of a multiple regression jump and change their signs from sample to sample; relative
weights share out what questions explain together. Where two questions say nearly the same, none of this can tell which of them it is: `twin` names the
most similar one. Neither is proof of a cause.

Intervals are of the jackknife that leaves out one group at a time (40 groups), which needs one pass over the answers.
"""

from dataclasses import dataclass
from math import sqrt

import numpy as np
import pandas as pd

from crm4s.value.intervals import t_point

# Fewer answers than this say nothing about what moves what.
LEAST = 30
GROUPS = 40
# One step: a tenth of a question's scale.
STEP = 0.1
# Above this correlation two questions cannot be told apart.
ALIKE = 0.8
_ZERO = 1e-8


@dataclass(frozen=True)
class Driver:
	"""One question. Effects are in units of the outcome for a step, shares 0 to 1 of what is explained; None where it cannot be told.

	`average` is the mean answer, 0 to 1. `likeness` is the correlation with `twin`, the most similar question.
	"""

	question: str
	answers: int
	average: float
	effect: float | None
	effect_low: float | None
	effect_high: float | None
	share: float | None
	share_low: float | None
	share_high: float | None
	twin: str | None
	likeness: float | None


def find_drivers(answers: pd.DataFrame, outcome: pd.Series) -> tuple[list[Driver], float | None]:
	"""The questions with the largest share first, and R², how much of the outcome all of them explain; None where too few answered.

	Args:
		answers: one row a response, one column a question, 0 to 1 or NaN where it was not answered.
		outcome: of the same responses; NaN where it was not asked.
	"""
	known = outcome.notna().to_numpy()
	answers, outcome = answers.loc[known], outcome.loc[known]
	enough = [name for name in answers if answers[name].notna().sum() >= LEAST and answers[name].std() > _ZERO]
	if not enough or outcome.std() <= _ZERO:
		return [], None
	values = np.column_stack([answers[enough].to_numpy(dtype=float), outcome.to_numpy(dtype=float)])
	sums = _Sums.of_groups(values)
	whole = sums.total()
	effects, shares, explained = whole.effects(), *whole.shares()
	without = [sums.without(group) for group in range(sums.groups)]
	effect_errors = _jackknife(np.array([part.effects() for part in without]))
	share_errors = _jackknife(np.array([part.shares()[0] for part in without]))
	likeness = whole.correlations()[:-1, :-1] - 2 * np.eye(len(enough))
	point = t_point(sums.groups - 1)
	found = []
	for position, name in enumerate(enough):
		twin = int(np.argmax(likeness[position])) if len(enough) > 1 else None
		effect, effect_half = effects[position] * STEP, point * effect_errors[position] * STEP
		share, share_half = shares[position], point * share_errors[position]
		found.append(
			Driver(
				name,
				int(whole.counts[position, -1]),
				float(answers[name].mean()),
				float(effect),
				float(effect - effect_half),
				float(effect + effect_half),
				float(share),
				float(max(share - share_half, 0.0)),
				float(min(share + share_half, 1.0)),
				enough[twin] if twin is not None else None,
				float(likeness[position, twin]) if twin is not None else None,
			)
		)
	return sorted(found, key=lambda driver: -driver.share), float(explained)


def relative_weights(between: np.ndarray, with_outcome: np.ndarray) -> np.ndarray:
	"""How much of the outcome's variance belongs to each predictor; they sum to R².

	Args:
		between: correlations of the predictors, k × k.
		with_outcome: of each predictor with the outcome, k.
	"""
	values, vectors = np.linalg.eigh(between)
	# Correlations of pairs with gaps may fit together badly, and equal questions have no direction of their own.
	roots = np.sqrt(np.clip(values, 0, None))
	inverse = np.divide(1, roots, out=np.zeros_like(roots), where=roots > 1e-4)
	loadings = (vectors * roots) @ vectors.T
	return loadings**2 @ ((vectors * inverse) @ vectors.T @ with_outcome) ** 2


@dataclass(frozen=True)
class _Sums:
	"""Counts, sums, squares and products of each pair of columns over the rows in which both are known; the last column is the outcome.

	For groups of rows each array is groups × k × k, `[g, i, j]` of column i where j is known.
	"""

	counts: np.ndarray
	firsts: np.ndarray
	squares: np.ndarray
	products: np.ndarray

	@classmethod
	def of_groups(cls, values: np.ndarray) -> "_Sums":
		groups = min(GROUPS, len(values))
		# Centred, so that squares of large numbers do not drown the differences.
		values = values - np.nanmean(values, axis=0)
		parts = [values[group::groups] for group in range(groups)]
		known = [~np.isnan(part) for part in parts]
		filled = [np.nan_to_num(part) for part in parts]
		pairs = list(zip(filled, [mask.astype(float) for mask in known], strict=True))
		return cls(
			np.stack([mask.T @ mask for _part, mask in pairs]),
			np.stack([part.T @ mask for part, mask in pairs]),
			np.stack([(part**2).T @ mask for part, mask in pairs]),
			np.stack([part.T @ part for part, _mask in pairs]),
		)

	@property
	def groups(self) -> int:
		return len(self.counts)

	def total(self) -> "_Sums":
		return _Sums(*(array.sum(axis=0) for array in (self.counts, self.firsts, self.squares, self.products)))

	def without(self, group: int) -> "_Sums":
		return _Sums(*(array.sum(axis=0) - array[group] for array in (self.counts, self.firsts, self.squares, self.products)))

	def _moments(self) -> tuple[np.ndarray, np.ndarray]:
		"""Covariances of pairs, and the variance of i where j is known, both times the count."""
		counts = np.maximum(self.counts, 1)
		return self.products - self.firsts * self.firsts.T / counts, np.maximum(self.squares - self.firsts**2 / counts, 0)

	def effects(self) -> np.ndarray:
		"""The slope of the outcome on each question."""
		covariances, variances = self._moments()
		return np.divide(covariances[:-1, -1], variances[:-1, -1], out=np.zeros(len(covariances) - 1), where=variances[:-1, -1] > _ZERO)

	def correlations(self) -> np.ndarray:
		covariances, variances = self._moments()
		scale = np.sqrt(variances * variances.T)
		found = np.divide(covariances, scale, out=np.zeros_like(scale), where=scale > _ZERO)
		np.fill_diagonal(found, 1)
		return np.clip(found, -1, 1)

	def shares(self) -> tuple[np.ndarray, float]:
		"""The relative weights as parts of what is explained, and R²."""
		found = self.correlations()
		weights = relative_weights(found[:-1, :-1], found[:-1, -1])
		explained = float(weights.sum())
		return (weights / explained if explained > _ZERO else np.zeros_like(weights)), min(explained, 1.0)


def _jackknife(estimates: np.ndarray) -> np.ndarray:
	"""Standard errors from the estimates without each group, groups × questions."""
	groups = len(estimates)
	return sqrt((groups - 1) / groups) * np.sqrt(((estimates - estimates.mean(axis=0)) ** 2).sum(axis=0))
