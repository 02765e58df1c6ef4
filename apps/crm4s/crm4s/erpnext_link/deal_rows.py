"""The lines of a deal as its order, delivery note and invoice say them. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from crm4s.erpnext_link.invoice_rows import Bill
from crm4s.value.money import line_amount, to_cents, total


@dataclass(frozen=True)
class Items:
	"""ERPNext's items under which the lines stand."""

	car: str
	customisation: str
	services: str


def deal_bill(deal: Mapping, rows: Iterable[Mapping], services: Iterable[Mapping], items: Items) -> Bill:
	"""What the customer pays for; the car is the first line, and a car traded in is no discount.

	Args:
		deal: with `title`, `list_price` and `discount_amount`.
		rows: of the customisation, in their order.
		services: with `kind` and `charged_amount`; what costs nothing has no line.
	"""
	lines = [_line(items.car, deal["title"], 1, deal["list_price"])]
	lines += [_line(items.customisation, row["item_name"], row["quantity"], row["unit_price"]) for row in rows]
	lines += [_line(items.services, row["kind"], 1, row["charged_amount"]) for row in services if row["charged_amount"]]
	discount = to_cents(deal["discount_amount"])
	return Bill(lines, discount, total(line_amount(line["qty"], line["rate"]) for line in lines) - discount)


def with_references(lines: Iterable[Mapping], earlier: Iterable[Mapping], fields: Mapping[str, str]) -> list[dict]:
	"""Lines that say from which line of an earlier document they come: the one at the same place, if it is about the same item.

	Args:
		earlier: lines with `name`, `parent` and `item_code`.
		fields: of a line, what it takes from the earlier one: {"so_detail": "name"}.
	"""
	known = list(earlier)
	return [
		{**line, **({field: known[place][source] for field, source in fields.items()} if place < len(known) and known[place]["item_code"] == line["item_code"] else {})}
		for place, line in enumerate(lines)
	]


def allocated(advances: Iterable[Mapping], own: Iterable[str], amount: float) -> list[tuple[str, float]]:
	"""How much of an invoice each payment of the same deal covers, in their order; payments for other things stay what they are.

	Args:
		advances: with `reference_name` and `advance_amount`.
		own: names of the deal's payments.
	"""
	found, rest, names = [], to_cents(amount), set(own)
	for row in advances:
		part = min(to_cents(row["advance_amount"]), rest) if row["reference_name"] in names else 0
		found.append((row["reference_name"], float(part)))
		rest -= part
	return found


def _line(item: str, name: str, quantity: float, rate: float) -> dict:
	return {"item_code": item, "item_name": name[:140], "description": name, "qty": quantity or 1, "rate": rate or 0}
