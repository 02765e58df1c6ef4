"""Money of a deal: recorded once, never changed; a mistake is paid back."""

import frappe
from frappe import _
from frappe.utils import add_to_date, flt, get_datetime, now_datetime

from crm4s.crm4s.doctype.c4s_deal.status import CANCELLED
from crm4s.value.money import to_cents

DEPOSIT, PAYMENT, REFUND = "Deposit", "Payment", "Refund"
# Clocks of phones and servers differ by so much.
CLOCK_TOLERANCE_MINUTES = 5


def record(deal, kind: str, amount: float, method: str, paid_on: str | None, reference: str | None, remark: str | None) -> None:
	"""Add a deposit, a payment or a refund; the deal must be locked, so that two cashiers cannot both take the last instalment."""
	_validate_choice(kind, method)
	moment = get_datetime(paid_on) if paid_on else now_datetime()
	_validate_time(deal, moment)
	_validate_amount(deal, kind, flt(amount, 2))
	deal.append(
		"payments",
		{
			"paid_on": moment,
			"kind": kind,
			"amount": flt(amount, 2),
			"method": method,
			"reference": reference,
			"received_by": frappe.session.user,
			"remark": remark,
		},
	)
	deal.save_facts()


def _validate_choice(kind: str, method: str) -> None:
	meta = frappe.get_meta("C4S Deal Payment")
	for fieldname, value in (("kind", kind), ("method", method)):
		field = meta.get_field(fieldname)
		if value not in field.options.split("\n"):
			frappe.throw(_("{0} must be one of: {1}").format(_(field.label), ", ".join(map(_, field.options.split("\n")))))


def _validate_time(deal, moment) -> None:
	if moment > add_to_date(now_datetime(), minutes=CLOCK_TOLERANCE_MINUTES):
		frappe.throw(_("Paid On must not lie in the future."))
	if moment.date() < get_datetime(deal.creation).date():
		frappe.throw(_("Paid On must not be before the deal was entered."))


def _validate_amount(deal, kind: str, amount: float) -> None:
	if amount <= 0:
		frappe.throw(_("Amount must be more than 0; money that goes back is a refund."))
	if kind == REFUND:
		_validate_refund(deal, amount)
	elif deal.status == CANCELLED:
		frappe.throw(_("The deal is cancelled; money goes only back."))
	elif to_cents(amount) > to_cents(deal.balance_due):
		frappe.throw(
			_("{0} is more than the {1} that are due.").format(
				frappe.format(amount, "Currency"), frappe.format(deal.balance_due, "Currency")
			)
		)
	elif kind == DEPOSIT and deal.delivered_on:
		frappe.throw(_("The car is delivered; this is a payment, no deposit."))


def _validate_refund(deal, amount: float) -> None:
	"""Not more than was received; a trade-in that is worth more than the car is paid out."""
	most = max(to_cents(deal.paid_amount), to_cents(deal.refund_due))
	if to_cents(amount) > most:
		frappe.throw(
			_("{0} is more than the {1} that can go back.").format(
				frappe.format(amount, "Currency"), frappe.format(float(most), "Currency")
			)
		)
