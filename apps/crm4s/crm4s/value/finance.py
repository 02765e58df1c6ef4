"""What an offer of a bank or a leasing company costs the buyer. Pure.

Instalments are equal and paid at the end of each month (等额本息). With the amount financed P, the monthly rate i = annual rate ÷ 12,
n months and a final payment B that falls due with the last instalment, the instalment is the one whose present value, with that of B,
is P:

	M = (P − B·(1 + i)^−n) · i ÷ (1 − (1 + i)^−n),   and (P − B) ÷ n where i is 0.

It is the ordinary annuity of any textbook of finance. The provider's own contract decides; small differences come from rounding.
"""

from dataclasses import dataclass
from decimal import ROUND_UP, Decimal

from crm4s.value.money import CENT, Number, exact, to_cents


@dataclass(frozen=True)
class Offer:
	"""Months, annual rate in percent, least down payment and final payment in percent of the price, a fee paid once."""

	months: int
	annual_rate: Number = 0
	least_down_payment_percent: Number = 0
	final_payment_percent: Number = 0
	fee: Number = 0


@dataclass(frozen=True)
class Plan:
	"""An offer worked out for a price: down payment + financed amount = price; all that is paid beyond the price is interest or fee."""

	down_payment: Decimal
	financed: Decimal
	monthly_payment: Decimal
	final_payment: Decimal
	total_interest: Decimal
	fee: Decimal

	@property
	def extra_cost(self) -> Decimal:
		"""What the buyer pays more than in cash."""
		return self.total_interest + self.fee


def monthly_payment(financed: Number, annual_rate: Number, months: int, final_payment: Number = 0) -> Decimal:
	"""The equal instalment, to the cent.

	Raises:
		ValueError: without at least one month, or with a final payment above what is financed.
	"""
	principal, balloon = exact(financed), exact(final_payment)
	if months < 1:
		raise ValueError("An instalment plan has at least one month")
	if balloon > principal:
		raise ValueError("The final payment is more than what is financed")
	rate = exact(annual_rate) / 1200
	if not rate:
		return to_cents((principal - balloon) / months)
	discount = (1 + rate) ** -months
	return to_cents((principal - balloon * discount) * rate / (1 - discount))


def least_down_payment(price: Number, percent: Number) -> Decimal:
	"""The smallest down payment that reaches the percent, in full cents."""
	return (exact(price) * exact(percent) / 100).quantize(CENT, ROUND_UP)


def plan_of(offer: Offer, price: Number, wanted_down_payment: Number = 0) -> Plan:
	"""The offer for a car of `price`, with the down payment that is wanted, and at least what the offer asks for.

	Interest is all that is paid less what was financed; without interest the last instalment takes the cents that rounding leaves.
	"""
	whole = to_cents(price)
	down = min(max(to_cents(wanted_down_payment), least_down_payment(whole, offer.least_down_payment_percent)), whole)
	financed = whole - down
	final = min(to_cents(whole * exact(offer.final_payment_percent) / 100), financed)
	instalment = monthly_payment(financed, offer.annual_rate, offer.months, final)
	interest = instalment * offer.months + final - financed if exact(offer.annual_rate) else Decimal("0.00")
	return Plan(down, financed, instalment, final, interest, to_cents(offer.fee))
