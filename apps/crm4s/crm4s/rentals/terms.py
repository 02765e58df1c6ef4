"""What a rental costs: prices of its class, copied while it is planned and kept from the hand-out on; the account when the car is back."""

from datetime import timedelta

import frappe
from frappe import _
from frappe.utils import cint, flt, get_datetime

from crm4s.exceptions import RentalError
from crm4s.settings import setting
from crm4s.value.rental import Account, Terms, account, chargeable_days

PRICES = ("daily_rate", "deposit", "km_per_day", "extra_km_price")
AMOUNTS = ("days", "rental_amount", "extra_km", "extra_km_amount", "total_amount", "to_pay", "to_refund")
PLANNED, BACK, PAID = "Planned", "Brought Back", "Paid Rental"


def take(rental) -> None:
	"""The prices of the class as they are now; a courtesy costs nothing, and an agreement that was signed keeps its prices."""
	if rental.rental_kind != PAID:
		rental.update({"rental_class": None, **dict.fromkeys(PRICES, 0)})
		return
	rental.rental_class = rental.rental_class or frappe.db.get_value("C4S Resource", rental.resource, "rental_class")
	if not rental.rental_class:
		frappe.throw(_("Choose the rental class; it says what a day costs."), frappe.MandatoryError)
	before = rental.get_doc_before_save()
	if rental.status == PLANNED and not rental.agreement_signed_on:
		rental.update(frappe.db.get_value("C4S Rental Class", rental.rental_class, PRICES, as_dict=True))
	elif before:
		rental.update({field: before.get(field) for field in PRICES})


def set_amounts(rental) -> None:
	"""What is expected while the car is not back, and what is to be paid when it is."""
	planned = _days(rental.planned_from, rental.planned_to)
	rental.expected_amount = float(account(_terms(rental), planned, 0, []).rent)
	rental.update(dict.fromkeys(AMOUNTS, 0))
	if rental.status != BACK:
		return
	found = account_of(rental)
	rental.update(
		{
			"days": found.days if rental.rental_kind == PAID else 0,
			"rental_amount": float(found.rent),
			"extra_km": found.extra_km,
			"extra_km_amount": float(found.extra_km_amount),
			"total_amount": float(found.total),
			"to_pay": float(found.to_pay),
			"to_refund": float(found.to_refund),
		}
	)


def expected(prices, starts_at, ends_at) -> dict:
	"""`days` and `amount` of a rental that is not made yet, at these prices."""
	days = _days(starts_at, ends_at)
	return {"days": days, "amount": float(account(_terms(prices), days, 0, []).rent)}


def account_of(rental) -> Account:
	if get_datetime(rental.back_on) < get_datetime(rental.handed_out_on):
		frappe.throw(_("The car cannot be back before it was handed out."), RentalError)
	others = [rental.fuel_amount, rental.damage_amount, rental.other_amount]
	days = _days(rental.handed_out_on, rental.back_on)
	return account(_terms(rental), days, cint(rental.kilometres), others, rental.deposit_paid)


def _terms(rental) -> Terms:
	return Terms(flt(rental.daily_rate), cint(rental.km_per_day), flt(rental.extra_km_price))


def _days(starts_at, ends_at) -> int:
	grace = timedelta(minutes=cint(setting("rental_grace_minutes")))
	return chargeable_days(get_datetime(starts_at), get_datetime(ends_at), grace)
