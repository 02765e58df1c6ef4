"""Recency, frequency and money in five steps each, the fifths of all customers being the steps."""

from dataclasses import dataclass

import numpy as np

STEPS = 5


@dataclass(frozen=True)
class Fifths:
	"""Four cut points, growing; who stands at a cut point is in the lower step, so equals get equal scores."""

	cuts: tuple[float, ...]

	def scores(self, values) -> np.ndarray:
		"""1 to 5 for each value; 5 is the highest."""
		return 1 + np.searchsorted(np.asarray(self.cuts), np.asarray(values, dtype=float), side="left")


def fifths(values) -> Fifths:
	"""The cut points of these values; without a value everything is in the lowest step."""
	values = np.asarray(values, dtype=float)
	if not len(values):
		return Fifths((np.inf,) * (STEPS - 1))
	return Fifths(tuple(np.quantile(values, [step / STEPS for step in range(1, STEPS)], method="inverted_cdf")))


def cells(recency, frequency, monetary) -> np.ndarray:
	"""The three scores as one text each, such as "545"."""
	codes = 100 * np.asarray(recency) + 10 * np.asarray(frequency) + np.asarray(monetary)
	return np.array([str(code) for code in range(100 * STEPS + 10 * STEPS + STEPS + 1)], dtype=object)[codes]
