"""ABC analysis: the few best customers who bring most of the margin, the next ones, and the rest."""

from dataclasses import dataclass

import numpy as np

A, B, C = "A", "B", "C"


@dataclass(frozen=True)
class AbcCuts:
	"""The lowest margin of class A and of class B. Where nobody has a positive one, both are infinite and everybody is C."""

	a_from: float
	b_from: float

	def classes(self, margins) -> np.ndarray:
		margins = np.asarray(margins, dtype=float)
		return np.array([C, B, A], dtype=object)[(margins >= self.a_from).astype(int) + (margins >= self.b_from).astype(int)]


def abc_cuts(margins, a_share: float = 0.80, b_share: float = 0.95) -> AbcCuts:
	"""Where the classes begin.

	Args:
		margins: of all customers; those that are not positive count in no sum.
		a_share, b_share: class A is of those who together bring this share of all positive margin, the one by whom it is reached included; B likewise
			with A.
	"""
	positive = np.sort(np.asarray(margins, dtype=float))[::-1]
	positive = positive[positive > 0]
	if not len(positive):
		return AbcCuts(np.inf, np.inf)
	sums = np.cumsum(positive)
	# A hair less, as sums of binary fractions may miss a share that is met exactly.
	last = [np.searchsorted(sums, share * sums[-1] * (1 - 1e-12)) for share in (a_share, max(a_share, b_share))]
	return AbcCuts(*(float(positive[min(place, len(positive) - 1)]) for place in last))
