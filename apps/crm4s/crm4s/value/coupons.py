"""What a coupon takes off a bill, to the cent, and how that is shared among the lines of the bill. Pure."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Decimal

from crm4s.value.money import CENT, Number, exact, to_cents, total

AMOUNT, PERCENT, ITEM = "Amount", "Percent", "Item"


def coupon_discount(kind: str, base: Number, amount: Number = 0, percent: Number = 0, most: Number = 0) -> Decimal:
	"""What the coupon is worth on lines that come to `base`: never more than they do.

	Args:
		kind: Amount takes `amount` off, Percent `percent` per cent of the lines, Item the lines themselves.
		most: at most so much; 0 without a limit.
	"""
	whole = to_cents(base)
	worth = {AMOUNT: to_cents(amount), PERCENT: to_cents(exact(base) * exact(percent) / 100), ITEM: whole}[kind]
	if to_cents(most):
		worth = min(worth, to_cents(most))
	return max(min(worth, whole), Decimal("0.00"))


def shared(amount: Number, lines: Sequence[Number]) -> list[Decimal]:
	"""`amount` divided among lines by what they come to; adds up to the cent, and no line gets more than it comes to.

	Each line gets its share rounded down, the cents that are left go to those whose share was cut most, the first of equal ones first.

	Raises:
		ValueError: the lines come to less than the amount.
	"""
	wanted, worth = to_cents(amount), [to_cents(line) for line in lines]
	whole = total(worth)
	if wanted > whole:
		raise ValueError("more than the lines come to")
	if not wanted:
		return [Decimal("0.00")] * len(worth)
	exact_shares = [wanted * line / whole for line in worth]
	shares = [share.quantize(CENT, ROUND_FLOOR) for share in exact_shares]
	cents = int((wanted - sum(shares)) / CENT)
	by_cut = sorted(range(len(shares)), key=lambda position: shares[position] - exact_shares[position])
	for position in by_cut[:cents]:
		shares[position] += CENT
	return shares
