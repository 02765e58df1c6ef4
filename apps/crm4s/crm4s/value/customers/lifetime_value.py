"""What a customer brings from now on, in money of today: V = Σ_t (Q_t - C_t) (1 + i)^-t over the years t = 1, 2, …

Q_t is the gross profit expected in year t, C_t what serving and keeping the customer costs in it, i the bank's yearly rate. (The source prints
`[(Q - C) × 1 / (i + 1)]^t`, by which an amount would be raised to a power; docs/decisions/customer-value.md says why it is read so.)
"""

import numpy as np


def lifetime_value(yearly_margin, yearly_cost, rate: float) -> np.ndarray:
	"""One value a customer.

	Args:
		yearly_margin: Q, customers × years.
		yearly_cost: C, of the same shape, or one that can be broadcast to it (a column of one cost a customer, a number for all).
		rate: i, 0.03 for three per cent.

	Raises:
		ValueError: the rate is not above -100 %.
	"""
	if not rate > -1:
		raise ValueError("The interest rate must be above -100 %.")
	margin = np.atleast_2d(np.asarray(yearly_margin, dtype=float))
	cost, by_year = np.asarray(yearly_cost, dtype=float), discounts(margin.shape[1], rate)
	if cost.ndim == 2 and cost.shape[1] == 1:
		return margin @ by_year - cost[:, 0] * by_year.sum()
	return (margin - cost) @ by_year


def discounts(years: int, rate: float) -> np.ndarray:
	"""What an amount at the end of the first, second … year is worth today."""
	return (1 + rate) ** -np.arange(1.0, years + 1)
