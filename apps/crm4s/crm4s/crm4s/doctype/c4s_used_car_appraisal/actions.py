"""What the buttons of an appraisal call, over the desk and over REST. Each asks for permission, locks the appraisal, does one thing."""

import frappe
from frappe import _

from crm4s.access.required import require_permission
from crm4s.crm4s.doctype.c4s_deal.c4s_deal import require_deal
from crm4s.crm4s.doctype.c4s_used_car_appraisal import offer, purchase
from crm4s.crm4s.doctype.c4s_used_car_appraisal.c4s_used_car_appraisal import require_appraisal
from crm4s.value.appraisal_steps import ACCEPTED, DRAFT, OFFERED, REFUSED

DEAL_FIELDS = ("name", "title", "status", "price_amount", "trade_in_value", "trade_in_subsidy", "total_amount", "balance_due")


@frappe.whitelist()
def panels(appraisal: str) -> dict:
	"""What the form shows beside the fields: the deal that takes the car, and what the purchase waits for."""
	require_permission("C4S Used Car Appraisal", "read")
	document = frappe.get_doc("C4S Used Car Appraisal", appraisal)
	document.check_permission("read")
	deals = frappe.get_list("C4S Deal", filters={"name": document.deal}, fields=list(DEAL_FIELDS), limit_page_length=1) if document.deal else []
	return {
		"deal": deals[0] if deals else None,
		"car": purchase.car_of(document),
		"missing": purchase.what_is_missing(document) if document.status == ACCEPTED else [],
	}


@frappe.whitelist(methods=["POST"])
def make_offer(appraisal: str, offer_valid_until: str | None = None) -> None:
	"""Offer for the car, or renew an offer that expired or was refused."""
	document = require_appraisal(appraisal)
	document.offer_valid_until = offer_valid_until or None
	_advance(document, OFFERED)


@frappe.whitelist(methods=["POST"])
def change_offer(appraisal: str) -> None:
	"""Take the offer back, so that it can be worked out anew."""
	_advance(require_appraisal(appraisal), DRAFT)


@frappe.whitelist(methods=["POST"])
def approve_offer(appraisal: str) -> None:
	"""A manager approves an offer or a subsidy above the limit."""
	offer.approve(require_appraisal(appraisal))


@frappe.whitelist(methods=["POST"])
def accept(appraisal: str) -> None:
	"""The customer accepts the offer."""
	_advance(require_appraisal(appraisal), ACCEPTED)


@frappe.whitelist(methods=["POST"])
def refuse(appraisal: str, reason: str) -> None:
	"""The customer, or the store, does not go on."""
	document = require_appraisal(appraisal)
	document.refusal_reason = reason
	_advance(document, REFUSED)


@frappe.whitelist(methods=["POST"])
def buy(appraisal: str) -> str:
	"""Buy the car; the name of the car. A second call changes nothing."""
	document = require_appraisal(appraisal)
	purchase.buy(document)
	return document.vehicle


@frappe.whitelist(methods=["POST"])
def take_into_stock(appraisal: str) -> None:
	"""The bought car needs no work and is for sale; a second call changes nothing."""
	purchase.take_into_stock(require_appraisal(appraisal))


@frappe.whitelist(methods=["POST"])
def appraise_trade_in(deal: str) -> str:
	"""An appraisal for the car that the customer of a deal gives in payment; the one that is there, or a new one."""
	require_permission("C4S Used Car Appraisal", "create")
	document = require_deal(deal)
	if document.trade_in_appraisal:
		return document.trade_in_appraisal
	if document.status not in ("Quoted", "Ordered"):
		frappe.throw(_("The deal is {0}; no car is taken in payment any more.").format(_(document.status)))
	appraisal = frappe.get_doc(
		{
			"doctype": "C4S Used Car Appraisal",
			"customer": document.customer,
			"dealership": document.dealership,
			"lead": document.lead,
			"vehicle": document.trade_in_vehicle,
		}
	).insert()
	document.trade_in_appraisal = appraisal.name
	document.save()
	return appraisal.name


def _advance(document, status: str) -> None:
	"""A second call for the same step changes nothing."""
	if document.status == status:
		return
	document.status = status
	document.save()
