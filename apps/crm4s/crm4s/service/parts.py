"""What a store lacks of the parts that work needs."""

from collections import defaultdict
from collections.abc import Iterable

import frappe

from crm4s.value.money import exact


def missing(dealership: str, wanted: Iterable[tuple[str, float]]) -> dict[str, float]:
	"""Of each part the quantity that the store lacks; parts of which it has enough are not named.

	A part that the store keeps no stock of is lacking altogether.

	Args:
		wanted: parts with quantities; a part may come several times.
	"""
	needed = defaultdict(lambda: exact(0))
	for part, quantity in wanted:
		if part:
			needed[part] += exact(quantity)
	if not needed:
		return {}
	rows = frappe.get_all(
		"C4S Part Availability",
		filters={"parenttype": "C4S Part", "parent": ["in", list(needed)], "dealership": dealership},
		fields=["parent", "quantity"],
	)
	stock = {row.parent: exact(row.quantity) for row in rows}
	lacking = {part: quantity - stock.get(part, 0) for part, quantity in needed.items()}
	return {part: float(quantity) for part, quantity in lacking.items() if quantity > 0}
