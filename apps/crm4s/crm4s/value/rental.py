"""What a rented car costs. Days are begun 24 hours from the hand-out, as rental contracts count them, not calendar days."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from crm4s.value.money import Number, line_amount, to_cents, total

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Terms:
	"""Prices of a rental class. `km_per_day` 0: the kilometres are free."""

	daily_rate: Number
	km_per_day: int = 0
	extra_km_price: Number = 0


@dataclass(frozen=True)
class Account:
	"""What the customer pays; `to_pay` and `to_refund` after the deposit, one of them 0."""

	days: int
	rent: Decimal
	extra_km: int
	extra_km_amount: Decimal
	total: Decimal
	to_pay: Decimal
	to_refund: Decimal


def chargeable_days(out: datetime, back: datetime, grace: timedelta = timedelta()) -> int:
	"""Begun 24 hours between hand-out and return, at least one; the last one counts only when it is longer than `grace`.

	Raises:
		ValueError: it is back before it was handed out.
	"""
	if back < out:
		raise ValueError("back before it was handed out")
	days, rest = divmod(back - out, DAY)
	return max(days + (rest > grace), 1)


def account(terms: Terms, days: int, kilometres: int, others: list[Number], deposit: Number = 0) -> Account:
	"""The account of a rental of so many days and kilometres with `others` (fuel, damage, …) and the deposit received."""
	rent = line_amount(days, terms.daily_rate)
	included = days * terms.km_per_day
	extra_km = max(kilometres - included, 0) if included else 0
	extra_km_amount = line_amount(extra_km, terms.extra_km_price)
	amount = total([rent, extra_km_amount, *others])
	balance = amount - to_cents(deposit)
	nothing = to_cents(0)
	return Account(days, rent, extra_km, extra_km_amount, amount, max(balance, nothing), max(-balance, nothing))
