"""The mean of (1 - (1 + p τ)^-s) / p over a chance p that is Beta(a, b), without overflow or cancellation.

In closed form that is a hypergeometric function whose terms overflow for frequent customers, converge slowly for long horizons and divide by zero at
a = 1. The function itself is smooth, from s τ at p = 0 to its value at 1, and is integrated over log(p / (1 - p)), where the trapezoidal rule converges
exponentially. Where the chance crowds at an end (a or b below 1), that end's value is taken off first, whose mean is known.
"""

import numpy as np

# The distance of two points in standard deviations, at most twice this; from where on a tail is left out.
STEP, LOG_NEGLIGIBLE = 0.2, 42.0
# What is interpolated is off by less than exp(-30).
LOG_INTERPOLATED = 30.0


def of_saturation(a: float, b: float, s: float, tau: np.ndarray) -> np.ndarray:
	"""One mean an entry of `tau`, which is not negative; a, b and s are positive numbers."""
	found, some = np.zeros(len(tau)), tau > 0
	if not some.any():
		return found
	logs = np.log(tau[some])
	middle, half = (logs.max() + logs.min()) / 2, max((logs.max() - logs.min()) / 2, 1e-9)
	# The logarithm of the mean is analytic in log(tau) up to π beside the real line, which tells how many points give all digits.
	number = int(np.ceil(LOG_INTERPOLATED / np.arcsinh(np.pi / half)))
	if number >= len(logs):
		found[some] = _integrated(a, b, s, tau[some])
		return found
	from numpy.polynomial import chebyshev

	at = chebyshev.chebpts1(number)
	means = _integrated(a, b, s, np.exp(middle + half * at))
	found[some] = np.exp(chebyshev.chebval((logs - middle) / half, chebyshev.chebfit(at, np.log(means), number - 1)))
	return found


def _integrated(a: float, b: float, s: float, tau: np.ndarray) -> np.ndarray:
	from scipy.special import betaln

	points = _points(a, b, s * float(tau.max()))
	# log p and log (1 - p).
	log_p, log_q = -np.logaddexp(0, -points), -np.logaddexp(0, points)
	density = np.exp(a * log_p + b * log_q - betaln(a, b)) * (points[1] - points[0])
	p, q, mean = np.exp(log_p), np.exp(log_q), a / (a + b)
	at_0, at_1 = s * tau * (a < 1), -np.expm1(-s * np.log1p(tau)) * (b < 1)
	function = -np.expm1(-s * np.log1p(np.outer(tau, p))) / p
	below = (np.outer(at_0, q) + np.outer(at_1, p) - function) @ density
	return np.maximum(at_0 * (1 - mean) + at_1 * mean - below, 0)


def _points(a: float, b: float, steepest: float) -> np.ndarray:
	"""Evenly spaced log(p / (1 - p)) that hold all that counts; `steepest` is the largest s τ, below whose inverse the function is flat."""
	from scipy.special import polygamma

	# Without its end's value the function falls with p and with 1 - p themselves, so what crowds there need not be followed.
	by_p, by_q = a + (a < 1), b + (b < 1)
	start, end = _low_end(by_p, by_q), -_low_end(by_q, by_p)
	if a < 1:
		start = min(start, -np.log1p(steepest) - LOG_NEGLIGIBLE / by_p)
	spread = float(np.sqrt(polygamma(1, a) + polygamma(1, b)))
	step = min(2 * STEP, spread * STEP)
	return np.linspace(start, end, max(int(np.ceil((end - start) / step)) + 1, 3))


def _low_end(a: float, b: float) -> float:
	"""Where, below its highest point, p^a (1 - p)^b has fallen to what is negligible, as log(p / (1 - p))."""
	top = np.log(a) - np.log(b)
	least = _log_power(a, b, top) - LOG_NEGLIGIBLE
	wide = 1.0
	while _log_power(a, b, top - wide) > least:
		wide *= 2
	low, high = top - wide, top
	for _ in range(30):
		middle = (low + high) / 2
		low, high = (low, middle) if _log_power(a, b, middle) > least else (middle, high)
	return low


def _log_power(a: float, b: float, point: float) -> float:
	return -a * np.logaddexp(0, -point) - b * np.logaddexp(0, point)
