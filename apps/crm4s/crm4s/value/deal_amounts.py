"""What a deal comes to, to the cent. Pure.

	price   = list price + customisation + one-stop services − discount
	to pay  = price − trade-in value
	to pay  = received + balance due − to pay back

All amounts in the currency of the group; see docs/decisions/deals.md.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from crm4s.value.money import Number, line_amount, to_cents, total

NOTHING = Decimal("0.00")


@dataclass(frozen=True)
class Amounts:
	"""The totals of a deal; `balance_due` and `refund_due` are never negative, and one of them is 0."""

	customisation: Decimal
	services: Decimal
	price: Decimal
	to_pay: Decimal
	received: Decimal
	balance_due: Decimal
	refund_due: Decimal


def item_amount(quantity: Number, unit_price: Number) -> Decimal:
	"""What a customisation item comes to."""
	return line_amount(quantity, unit_price)


def received_amount(payments: Iterable[tuple[bool, Number]]) -> Decimal:
	"""What the store has of the customer's money: pairs of "is a refund" and an amount of more than 0."""
	return total(-to_cents(amount) if is_refund else amount for is_refund, amount in payments)


def deal_amounts(
	list_price: Number,
	items: Iterable[Number],
	discount: Number,
	services: Iterable[Number],
	trade_in: Number,
	received: Number,
) -> Amounts:
	"""The totals of a deal that goes on.

	Args:
		items: amounts of the customisation items.
		services: what the customer is charged for each one-stop service.
		received: deposits and payments less refunds.
	"""
	customisation, charged = total(items), total(services)
	price = to_cents(list_price) + customisation + charged - to_cents(discount)
	to_pay = price - to_cents(trade_in)
	open_amount = to_pay - to_cents(received)
	return Amounts(
		customisation, charged, price, to_pay, to_cents(received), max(open_amount, NOTHING), max(-open_amount, NOTHING)
	)


def after_cancellation(amounts: Amounts, pays_back: bool) -> Amounts:
	"""The same deal when it is cancelled: nothing is due any more, and what was received goes back if that was agreed."""
	back = max(amounts.received, NOTHING) if pays_back else NOTHING
	return Amounts(amounts.customisation, amounts.services, amounts.price, amounts.to_pay, amounts.received, NOTHING, back)


def margin(price: Number, costs: Iterable[Number]) -> tuple[Decimal, Decimal]:
	"""Cost and margin: the price less what car, items and services cost the store."""
	cost = total(costs)
	return cost, to_cents(price) - cost
