"""The parameters under which data are most likely: the lowest point of less the log-likelihood, found from several starts.

Of very many rows an even part is searched first, from all starts; from the best point found there a few steps over all rows suffice.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from crm4s.value.customers import thin

SEARCHED_FIRST = 20_000
# So close to the end of its range a parameter says "none at all" or "all alike".
EDGE = 1.0
SEARCH = {"maxiter": 1000, "ftol": 1e-14, "gtol": 1e-9, "maxcor": 20}
# A step that changes the mean by less moves no parameter by a noticeable part of its own uncertainty.
POLISH = {"maxiter": 30, "ftol": 1e-10, "gtol": 1e-8, "maxcor": 20}


@dataclass(frozen=True)
class Likeliest:
	"""`point`: the parameters as the function takes them. `is_edge`: one of them ran to the end of its range."""

	point: np.ndarray
	value: float
	is_edge: bool


def likeliest(likelihood_of: Callable, rows: Sequence[np.ndarray], starts: Sequence[Sequence[float]], ranges: Sequence[tuple[float, float]]) -> Likeliest:
	"""The lowest point.

	Args:
		likelihood_of: makes of (part of the) rows the function that gives value and slope of a point.
		rows: arrays of the same length, in an order that makes every so-manieth row an even part.
		starts, ranges: of the parameters.

	Raises:
		TooThin: no start leads anywhere.
	"""
	from threadpoolctl import threadpool_limits

	one_in = -(-len(rows[0]) // SEARCHED_FIRST)
	# Sums over thousands of numbers are too short to share: two threads wait for each other longer than they add up, and in another order each time.
	with threadpool_limits(1):
		best = _from_any(likelihood_of(*(part[::one_in] for part in rows)), starts, ranges)
		if one_in > 1:
			best = _from(likelihood_of(*rows), best.x, ranges, POLISH)
	if best is None or not np.isfinite(best.fun):
		raise thin.TooThin(thin.NOT_FOUND)
	return Likeliest(best.x, float(best.fun), _at_edge(best.x, ranges))


def _from_any(function: Callable, starts, ranges):
	best = None
	for start in starts:
		found = _from(function, start, ranges, SEARCH)
		if np.isfinite(found.fun) and (best is None or found.fun < best.fun):
			best = found
		# One way down is enough, unless it ended at a wall or on a ridge.
		if best is not None and np.abs(best.jac).max() < 1e-5 and not _at_edge(best.x, ranges):
			break
	if best is None:
		raise thin.TooThin(thin.NOT_FOUND)
	return best


def _from(function: Callable, start, ranges, options: dict):
	from scipy.optimize import minimize

	return minimize(function, start, jac=True, method="L-BFGS-B", bounds=ranges, options=options)


def _at_edge(point: np.ndarray, ranges) -> bool:
	lowest, highest = np.transpose(ranges)
	return bool((point < lowest + EDGE).any() or (point > highest - EDGE).any())
