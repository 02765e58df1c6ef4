"""What a used car is worth to the store, to the cent. Pure.

	worked out = market value − deductions − reconditioning − margin wanted, down to full tens, never below 0
	expected margin = market value − deductions − reconditioning − offer
	total cost = purchase price + reconditioning cost

All amounts in the currency of the group; see docs/decisions/used-cars.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal

from crm4s.value.money import Number, exact, to_cents, total

TEN = Decimal(10)
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Valuation:
	"""`offer` is what the appraiser may say without asking; it is never negative."""

	deductions: Decimal
	margin: Decimal
	offer: Decimal


def valuation(
	market_value: Number, deductions: Iterable[Number], reconditioning: Number, margin: Number, margin_percent: Number
) -> Valuation:
	"""The value of a car for the store.

	Args:
		margin: the margin that the appraiser wants; 0 takes `margin_percent` of the market value.
	"""
	taken = total(deductions)
	wanted = to_cents(margin) or to_cents(exact(market_value) * exact(margin_percent) / HUNDRED)
	rest = to_cents(market_value) - taken - to_cents(reconditioning) - wanted
	return Valuation(taken, wanted, max(_full_tens(rest), to_cents(0)))


def expected_margin(market_value: Number, deductions: Number, reconditioning: Number, offer: Number) -> Decimal:
	"""What is left of the market value when the car is bought for `offer`."""
	return to_cents(market_value) - to_cents(deductions) - to_cents(reconditioning) - to_cents(offer)


def highest_offer(worked_out: Number, limit_percent: Number) -> Decimal:
	"""What an appraiser may offer without approval: so many percent above what was worked out."""
	return to_cents(exact(worked_out) * (HUNDRED + exact(limit_percent)) / HUNDRED)


def reconditioning_cost(jobs: Iterable[tuple[str, Number, Number]]) -> Decimal:
	"""Cost of jobs (status, planned, actual): the actual cost of those that are done, the planned one of the open ones."""
	return total(
		actual if status == "Done" else planned for status, planned, actual in jobs if status != "Cancelled"
	)


def total_cost(purchase_price: Number, reconditioning: Number) -> Decimal:
	return to_cents(purchase_price) + to_cents(reconditioning)


def _full_tens(amount: Decimal) -> Decimal:
	return to_cents((amount / TEN).to_integral_value(ROUND_FLOOR) * TEN)
