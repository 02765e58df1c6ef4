"""What the desk asks of one deal, said of a row of an intake: amounts, payments, steps, what is frozen. No database.

What another system ordered or delivered was agreed there: today's guide prices, limits, deposits and checklists are asked of quotations only.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html

from crm4s.crm4s.doctype.c4s_deal.c4s_deal import PAID_BACK, REFUND
from crm4s.crm4s.doctype.c4s_deal.frozen import AGREED, AGREED_OF_ITEM
from crm4s.crm4s.doctype.c4s_deal.payments import CLOCK_TOLERANCE_MINUTES
from crm4s.crm4s.doctype.c4s_deal.status import CANCELLED, DELIVERED, ORDERED, QUOTED
from crm4s.intake.records import Refused
from crm4s.value.deal_amounts import Amounts, after_cancellation, deal_amounts, item_amount, margin, received_amount
from crm4s.value.money import line_amount, to_cents, total

ITEM, PAYMENT = "C4S Deal Item", "C4S Deal Payment"
# Another system may tell several steps at once.
LEADS_TO = {
	QUOTED: (ORDERED, DELIVERED, CANCELLED),
	ORDERED: (DELIVERED, CANCELLED),
	DELIVERED: (),
	CANCELLED: (QUOTED, ORDERED, DELIVERED),
}
# Facts of a closed deal, which follow from what was done.
DONE = ("vehicle", "ordered_on", "delivered_on")
OF_PAYMENT = ("paid_on", "kind", "amount", "method")


def refuse_impossible_step(before: str, after: str) -> None:
	if before != after and after not in LEADS_TO[before]:
		raise Refused("status", _("A deal that is {0} cannot become {1}.").format(_(before), _(after)))


def set_items(row: Mapping, items: Sequence[dict], options: Mapping[str, Any]) -> None:
	"""Name and price of an option, where the item does not say them; the amount of each."""
	for number, item in enumerate(items, start=1):
		option = options.get(item["option"])
		if option:
			item["item_name"] = item["item_name"] or option.option_name
			item["unit_price"] = item["unit_price"] or option.price
		if item["quantity"] <= 0:
			raise Refused("quantity", _("Quantity in row {0} must be more than 0.").format(number), number, "items")
		if option and row["model"] and not option.fits(row["model"]):
			message = _("Option {0} in row {1} does not fit the model.").format(frappe.bold(escape_html(item["item_name"])), number)
			raise Refused("option", message, number, "items")
		item["amount"] = float(item_amount(item["quantity"], item["unit_price"]))


def with_payments(stored: Sequence[Mapping], given: Sequence[Mapping], defaults: Mapping) -> list[dict]:
	"""The payments of a deal and those of `given` that it has not: known by their reference, else by time, kind, amount and method.

	Recorded once, never changed: one of a known reference that says something else is kept as it is stored, and refused by `refuse_changed`.
	"""
	rows, left = [dict(row) for row in stored], [dict(row) for row in stored]
	for payment in given:
		known = next((row for row in left if _is_same_payment(row, payment)), None)
		if known is None:
			rows.append({**defaults, "received_by": frappe.session.user, **payment})
			continue
		left.remove(known)
		for field in OF_PAYMENT:
			if payment.get(field) is not None and payment[field] != known[field]:
				raise Refused(field, _("Payment {0} is recorded with another value; a mistake goes back as a refund.").format(
					frappe.bold(escape_html(known["reference"]))
				), None, "payments")
	return rows


def refuse_impossible_payments(payments: Sequence[Mapping], now: datetime) -> None:
	latest = now + timedelta(minutes=CLOCK_TOLERANCE_MINUTES)
	for number, row in enumerate(payments, start=1):
		if row["amount"] <= 0:
			message = _("Amount must be more than 0; money that goes back is a refund.")
			raise Refused("amount", message, number, "payments")
		if row["paid_on"] > latest:
			raise Refused("paid_on", _("Paid On must not lie in the future."), number, "payments")


def amounts_of(row: Mapping, items: Sequence[Mapping], payments: Sequence[Mapping], services: Sequence[Mapping]) -> Amounts:
	"""The totals of a deal that goes on.

	Raises:
		Refused: more is given away, or paid back, than there is.
	"""
	amounts = deal_amounts(
		row["list_price"],
		[item["amount"] for item in items],
		row["discount_amount"],
		[service["charged_amount"] for service in services],
		total((row["trade_in_value"], row["trade_in_subsidy"])),
		received_amount((payment["kind"] == REFUND, payment["amount"]) for payment in payments),
	)
	if to_cents(row["discount_amount"]) > to_cents(row["list_price"]) + amounts.customisation:
		raise Refused("discount_amount", _("Discount must not be more than list price and customisation together."))
	if amounts.received < min(amounts.to_pay, to_cents(0)):
		paid_back = total(payment["amount"] for payment in payments if payment["kind"] == REFUND)
		message = _("{0} is more than the {1} that can go back.").format(
			frappe.format(float(paid_back), "Currency"), frappe.format(float(paid_back + amounts.received), "Currency")
		)
		raise Refused("amount", message, None, "payments")
	return amounts


def set_amounts(row: dict, amounts: Amounts, items: Sequence[Mapping], services: Sequence[Mapping]) -> None:
	row["customisation_amount"] = float(amounts.customisation)
	row["services_amount"] = float(amounts.services)
	row["price_amount"] = float(amounts.price)
	row["total_amount"] = float(amounts.to_pay)
	row["paid_amount"] = float(amounts.received)
	if row["status"] == CANCELLED:
		amounts = after_cancellation(amounts, row["deposit_handling"] == PAID_BACK)
	row["balance_due"], row["refund_due"] = float(amounts.balance_due), float(amounts.refund_due)


def set_margin(row: dict, amounts: Amounts, items: Sequence[Mapping], services: Sequence[Mapping]) -> None:
	"""After the car is known, as nobody knows before what it cost."""
	costs = [row["vehicle_cost"], *(service["cost_amount"] for service in services)]
	costs += [line_amount(item["quantity"], item["unit_cost"]) for item in items]
	cost, rest = margin(amounts.price, costs)
	row["cost_amount"] = float(cost)
	row["margin"] = float(rest) if row["vehicle"] else 0.0


def refuse_lacking_for_order(row: Mapping) -> None:
	if not row["list_price"]:
		raise Refused("list_price", _("An order needs the list price of the car."), code="required")
	if row["deal_kind"] == "New Car" and not row["model"]:
		raise Refused("model", _("An order for a new car needs the model."), code="required")
	if row["status"] == ORDERED and not row["promised_on"]:
		raise Refused("promised_on", _("Enter in Promised On when the customer gets the car."), code="required")


def refuse_lacking_for_cancellation(row: Mapping, amounts: Amounts) -> None:
	if not row["cancellation_reason"]:
		raise Refused("cancellation_reason", _("Say why the deal is cancelled."), code="required")
	if amounts.received > 0 and not row["deposit_handling"]:
		received = frappe.format(float(amounts.received), "Currency")
		raise Refused("deposit_handling", _("Say in Deposit what becomes of the {0} that were received.").format(received), code="required")


def refuse_change_of_closed(meta, stored: Mapping, row: Mapping, items_before: Sequence[Mapping], items: Sequence[Mapping]) -> None:
	"""What was agreed does not change once the deal is delivered or cancelled."""
	if stored["status"] not in (DELIVERED, CANCELLED) or row["status"] != stored["status"]:
		return
	for field in (*AGREED, *DONE):
		if _comparable(meta, stored, field) != _comparable(meta, row, field):
			raise Refused(
				field, _("{0} cannot change any more: the deal is {1}.").format(_(meta.get_label(field)), _(row["status"]))
			)
	if [_agreed(item) for item in items_before] != [_agreed(item) for item in items]:
		raise Refused("items", _("The items cannot change any more: the deal is {0}.").format(_(row["status"])))


def _comparable(meta, row: Mapping, field: str) -> Any:
	value = row[field]
	if meta.get_field(field).fieldtype == "Currency":
		return to_cents(value)
	return value.replace(microsecond=0) if isinstance(value, datetime) else value or None


def _agreed(item: Mapping) -> tuple:
	return tuple(
		round(float(item[field] or 0), 6) if field in ("quantity", "unit_price") else item[field] or None for field in AGREED_OF_ITEM
	)


def _is_same_payment(row: Mapping, given: Mapping) -> bool:
	if row["reference"] or given.get("reference"):
		return row["reference"] == given.get("reference")
	return all(row[field] == given.get(field) for field in OF_PAYMENT)
