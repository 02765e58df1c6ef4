"""The lines of a visit as an invoice to one payer says them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from crm4s.value.money import line_amount, to_cents, total

PAYERS = ("Customer", "Warranty", "Insurance", "Internal")
DECLINED, PART = "Declined", "Part"


@dataclass(frozen=True)
class Bill:
	"""Lines with item, quantity and price before discounts; `discount` is what goes off their sum, to the cent."""

	lines: list[dict] = field(default_factory=list)
	discount: Decimal = Decimal(0)
	amount: Decimal = Decimal(0)


def bill(rows: Iterable[Mapping], payer: str, items_of_parts: Mapping[str, str], items_of_kinds: Mapping[str, str]) -> Bill:
	"""What one payer pays; no lines where it is nothing. What was declined is on no bill.

	Args:
		rows: the visit's, in their order.
		items_of_parts: ERPNext's items by part.
		items_of_kinds: those of Labour and Other, under which parts without a number stand as well.
	"""
	paid = [row for row in rows if row["payer"] == payer and row["approval"] != DECLINED and (row["amount"] or row["item_kind"] == PART)]
	lines = [_line(row, items_of_parts, items_of_kinds) for row in paid]
	amount = total(row["amount"] for row in paid)
	before = total(line_amount(line["qty"], line["rate"]) for line in lines)
	return Bill(lines, to_cents(before - amount), amount)


def _line(row: Mapping, items_of_parts: Mapping[str, str], items_of_kinds: Mapping[str, str]) -> dict:
	item = items_of_parts.get(row["part"]) if row["item_kind"] == PART else None
	return {
		"item_code": item or items_of_kinds.get(row["item_kind"]) or items_of_kinds["Other"],
		"item_name": row["item_name"][:140],
		"description": row["item_name"],
		"qty": row["quantity"] or 1,
		"rate": row["unit_price"] or 0,
	}


def payment_state(invoices: Iterable[Mapping]) -> tuple[str, Decimal]:
	"""How a visit or deal stands by all its invoices, and what is still open; below 0 what the customer has to get back.

	Args:
		invoices: with `status`, and `amount` and `outstanding` with the credit notes counted; drafts and cancelled ones owe nothing.

	Returns:
		"", "To Be Checked" while one is a draft, "Unpaid", "Partly Paid", "Paid", "Credited" or "Cancelled".
	"""
	rows = list(invoices)
	owing = [row for row in rows if row["status"] not in ("Draft", "Cancelled")]
	amount, outstanding = total(row["amount"] or 0 for row in owing), total(row["outstanding"] or 0 for row in owing)
	if any(row["status"] == "Draft" for row in rows):
		return "To Be Checked", outstanding
	if not owing:
		return ("Cancelled" if rows else ""), outstanding
	if outstanding > 0:
		return ("Partly Paid" if outstanding < amount else "Unpaid"), outstanding
	return ("Paid" if amount > 0 else "Credited"), outstanding
