"""Chance that repeats itself: one stream of random numbers a topic, and the draws that the topics share. Pure."""

from collections.abc import Sequence

import numpy as np

# "CRM4S" on a phone's keys.
SEED = 27647


def stream(seed: int, topic: int) -> np.random.Generator:
	"""The numbers of one topic; a change in one topic leaves the others as they were."""
	return np.random.default_rng([seed, topic])


def pick(rng: np.random.Generator, values: Sequence, size: int, weights: Sequence[float] | None = None) -> np.ndarray:
	"""`size` draws with replacement, as an object array."""
	shares = None if weights is None else np.asarray(weights, dtype=float) / np.sum(weights)
	table = np.empty(len(values), dtype=object)
	table[:] = list(values)
	return table[rng.choice(len(values), size=size, p=shares)]


def one(rng: np.random.Generator, values: Sequence, weights: Sequence[float] | None = None):
	"""One draw."""
	if weights is None:
		return values[int(rng.integers(len(values)))]
	marks = np.cumsum(weights)
	return values[int(np.searchsorted(marks, rng.random() * marks[-1], side="right"))]


def distinct(rng: np.random.Generator, highest: int, size: int) -> np.ndarray:
	"""`size` different whole numbers below `highest`."""
	return rng.choice(highest, size=size, replace=False)


def shares(total: int, weights: Sequence[float]) -> list[int]:
	"""`total` divided by weights into whole numbers that sum to it; none is lost in rounding."""
	marks = np.round(np.cumsum(np.asarray(weights, dtype=float) / np.sum(weights)) * total).astype(int)
	return np.diff(marks, prepend=0).tolist()
