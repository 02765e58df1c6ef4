"""The parameters under which data are most likely: the lowest point of less the log-likelihood, found from several starts.

Of very many rows an even part is searched first, from all starts. The whole is bent nearly as the part is, so from the part's best point two or three
steps by the part's curvature (Newton's) lead to the best point of all rows.
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
LITTLE, STEPS, NEAR = 1e-11, 8, 1e-4
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
		of_part = likelihood_of(*(part[::one_in] for part in rows))
		best = _from_any(of_part, starts, ranges)
		point, value = best.x, best.fun
		if one_in > 1:
			point, value = _of_all(likelihood_of(*rows), of_part, point, ranges)
	if not np.isfinite(value):
		raise thin.TooThin(thin.NOT_FOUND)
	return Likeliest(point, float(value), _at_edge(point, ranges))


def _of_all(function: Callable, of_part: Callable, start: np.ndarray, ranges) -> tuple[np.ndarray, float]:
	"""The lowest point of all rows and its value, from the best point of a part."""
	found = None if _at_edge(start, ranges) else _by_curvature(function, _curvature(of_part, start), start)
	if found is None or _at_edge(found[0], ranges):
		polished = _from(function, start, ranges, POLISH)
		found = polished.x, polished.fun
	return found


def _curvature(function: Callable, point: np.ndarray) -> np.ndarray:
	"""How the slope changes with each parameter."""
	moves = NEAR * np.eye(len(point))
	rows = np.array([(function(point + move)[1] - function(point - move)[1]) / (2 * NEAR) for move in moves])
	return (rows + rows.T) / 2


def _by_curvature(function: Callable, curvature: np.ndarray, point: np.ndarray) -> tuple[np.ndarray, float] | None:
	"""Down in steps that would end at the bottom of a bowl so bent; None where it is no bowl, or a step leads up."""
	# A negative curvature, or one that is hardly any, says nothing about where the bottom is.
	if np.linalg.eigvalsh(curvature).min() < LITTLE:
		return None
	lowest = None
	for _step in range(STEPS):
		value, slope = function(point)
		if not np.isfinite(value) or (lowest is not None and value > lowest + LITTLE):
			return None
		lowest, step = value, np.linalg.solve(curvature, slope)
		if slope @ step / 2 < LITTLE:
			return point, value
		point = point - step
	return None


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
