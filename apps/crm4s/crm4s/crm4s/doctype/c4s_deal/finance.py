"""How the customer finances the car: the offers compared, and the one chosen."""

import frappe
from frappe import _
from frappe.utils import flt

from crm4s.crm4s.doctype.c4s_deal.status import QUOTED
from crm4s.crm4s.doctype.c4s_finance_offer.c4s_finance_offer import KIND_FOR, fitting_offers
from crm4s.value.finance import Plan, least_down_payment, plan_of
from crm4s.value.money import to_cents

PLAN_FIELDS = (
	*("finance_provider", "financed_amount", "finance_months", "annual_rate", "monthly_payment", "final_payment"),
	*("total_interest", "finance_fee"),
)
DECIDING = ("payment_method", "finance_offer", "down_payment", "total_amount", "model")


def set_plan(deal) -> None:
	"""Work out the chosen offer; an order keeps what was agreed as long as nothing of it changes."""
	if deal.payment_method not in KIND_FOR:
		deal.finance_offer = None
		deal.down_payment = 0
	if not deal.finance_offer:
		deal.update(dict.fromkeys(PLAN_FIELDS))
		return
	if deal.status != QUOTED and not any(deal.has_value_changed(field) for field in DECIDING):
		return
	offer = frappe.get_cached_doc("C4S Finance Offer", deal.finance_offer)
	_validate_offer(deal, offer)
	plan = plan_of(offer.terms(), deal.total_amount, deal.down_payment)
	deal.down_payment = float(plan.down_payment)
	deal.update(
		{
			"finance_provider": offer.provider,
			"financed_amount": float(plan.financed),
			"finance_months": offer.months,
			"annual_rate": offer.annual_rate,
			"monthly_payment": float(plan.monthly_payment),
			"final_payment": float(plan.final_payment),
			"total_interest": float(plan.total_interest),
			"finance_fee": float(plan.fee),
		}
	)


def _validate_offer(deal, offer) -> None:
	is_chosen_now = any(deal.has_value_changed(field) for field in ("finance_offer", "model", "payment_method"))
	if is_chosen_now and not offer.fits(deal.model, deal.payment_method):
		frappe.throw(_("The offer {0} is not for this car, this payment method or this day.").format(frappe.bold(offer.name)))
	least = least_down_payment(max(deal.total_amount, 0), offer.minimum_down_payment_percent)
	if flt(deal.down_payment) and deal.has_value_changed("down_payment") and to_cents(deal.down_payment) < least:
		frappe.throw(
			_("The offer {0} asks for a down payment of at least {1}.").format(
				frappe.bold(offer.name), frappe.format(float(least), "Currency")
			)
		)


def is_settled(deal) -> bool:
	return deal.payment_method not in KIND_FOR or bool(deal.finance_offer)


def compare(deal) -> list[dict]:
	"""Each offer that fits the deal as it stands, worked out; the one chosen is marked. Shortest first."""
	if deal.payment_method not in KIND_FOR or flt(deal.total_amount) <= 0:
		return []
	return [
		_row(offer, plan_of(offer.terms(), deal.total_amount, deal.down_payment), offer.name == deal.finance_offer)
		for offer in fitting_offers(deal.model, deal.payment_method)
	]


def _row(offer, plan: Plan, chosen: bool) -> dict:
	return {
		"offer": offer.name,
		"provider": offer.provider,
		"months": offer.months,
		"annual_rate": flt(offer.annual_rate),
		"down_payment": float(plan.down_payment),
		"financed_amount": float(plan.financed),
		"monthly_payment": float(plan.monthly_payment),
		"final_payment": float(plan.final_payment),
		"total_interest": float(plan.total_interest),
		"fee": float(plan.fee),
		"chosen": int(chosen),
	}
