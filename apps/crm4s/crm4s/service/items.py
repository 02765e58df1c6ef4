"""Labour, parts and charges in rows, as a visit and an appointment have them."""

from collections.abc import Iterable

from frappe import _, throw
from frappe.utils import flt

from crm4s.value.money import line_amount


def work_out_amounts(rows: Iterable) -> None:
	"""Set the amount of each row of item_kind, part, quantity, unit_price and discount_amount; refuses rows that cannot be."""
	for row in rows:
		if row.part and row.item_kind != "Part":
			throw(_("Row {0} names a part but is no part; change its kind or take the part out.").format(row.idx))
		if flt(row.quantity) <= 0:
			throw(_("Quantity in row {0} must be more than 0.").format(row.idx))
		amount = line_amount(flt(row.quantity), flt(row.unit_price), flt(row.discount_amount))
		if amount < 0:
			throw(_("Discount in row {0} is more than the quantity times the unit price.").format(row.idx))
		row.amount = float(amount)
