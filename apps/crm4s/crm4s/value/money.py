"""Amounts of money to the cent. Sums of binary floats are not exact, so everything here is Decimal."""

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

CENT = Decimal("0.01")
# Quantities and prices come again and again; so many are not worked out anew.
DIFFERENT_NUMBERS = 8192
Number = Decimal | int | float | str | None


@lru_cache(DIFFERENT_NUMBERS, typed=True)
def exact(value: Number) -> Decimal:
	"""The number as it reads in decimal: 0.1 is 0.1 and not 0.1000000000000000055; nothing is 0."""
	return Decimal(str(value or 0))


@lru_cache(DIFFERENT_NUMBERS, typed=True)
def to_cents(value: Number) -> Decimal:
	"""Rounded to the cent, halves away from zero, as invoices are in China."""
	return exact(value).quantize(CENT, ROUND_HALF_UP)


def line_amount(quantity: Number, unit_price: Number, discount: Number = 0) -> Decimal:
	"""What a line of an invoice comes to: quantity × unit price, rounded to the cent, less the discount."""
	return to_cents(exact(quantity) * exact(unit_price)) - to_cents(discount)


def total(amounts: Iterable[Number]) -> Decimal:
	"""The sum of amounts that are rounded already."""
	return sum(map(to_cents, amounts), Decimal("0.00"))


def per_head(amount: Number, count: int) -> Decimal:
	"""The amount divided among `count`, to the cent; 0 among none."""
	return to_cents(exact(amount) / count) if count else to_cents(0)
