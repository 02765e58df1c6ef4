"""What a campaign was meant to cost, and what it costs."""

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Sum
from frappe.utils import cint, flt

from crm4s.exceptions import CampaignError
from crm4s.messages.outbox import SENDING, WAITING

CAMPAIGN, MESSAGE, REGISTRATION, HAND_OUT, COUPON = "C4S Campaign", "C4S Message", "C4S Event Registration", "C4S Gift Hand-Out", "C4S Coupon"


def coupon_key(campaign: str) -> str:
	"""How the keys of coupons begin that a campaign gave."""
	return f"campaign|{campaign}|"


def estimate(campaign) -> None:
	"""Fill in the planned cost of a campaign that is being saved: planned items, all gifts, messages as they were last counted."""
	items = sum(flt(row.planned_amount) for row in campaign.costs)
	gifts = sum(cint(row.quantity) * flt(row.unit_cost) for row in campaign.gifts)
	campaign.planned_cost = items + gifts + expected_messages(campaign)


def expected_messages(campaign) -> float:
	"""What the messages of the last preview would cost."""
	return flt((frappe.parse_json(campaign.preview_json or "{}") or {}).get("expected_cost"))


def of_messages_to_come(campaign, customers: int) -> float:
	"""What the messages that still wait, and those to so many more customers, would cost as the last preview counted."""
	if not flt(campaign.budget):
		return 0.0
	preview = frappe.parse_json(campaign.preview_json or "{}") or {}
	message = frappe.qb.DocType(MESSAGE)
	asked = (message.reference_doctype == CAMPAIGN) & (message.reference_name == campaign.name)
	waiting = frappe.qb.from_(message).select(Count("*")).where(asked & message.status.isin([WAITING, SENDING])).run()[0][0]
	return flt(preview.get("expected_cost")) / max(cint(preview.get("to_contact")), 1) * (waiting + customers)


def spent(campaign: str) -> dict[str, float]:
	"""What was spent up to now: messages, gifts, coupons, invoices and their total."""
	message, registration = frappe.qb.DocType(MESSAGE), frappe.qb.DocType(REGISTRATION)
	direct = _sum(frappe.qb.from_(message).select(Sum(message.cost)).where((message.reference_doctype == CAMPAIGN) & (message.reference_name == campaign)))
	of_event = _sum(
		frappe.qb.from_(registration)
		.join(message)
		.on((message.reference_doctype == REGISTRATION) & (message.reference_name == registration.name))
		.select(Sum(message.cost))
		.where(registration.campaign == campaign)
	)
	gift, coupon, row = frappe.qb.DocType(HAND_OUT), frappe.qb.DocType(COUPON), frappe.qb.DocType("C4S Campaign Cost")
	amounts = {
		"messages": direct + of_event,
		"gifts": _sum(frappe.qb.from_(gift).select(Sum(gift.unit_cost)).where((gift.campaign == campaign) & (gift.status == "Handed Out"))),
		"coupons": _sum(
			frappe.qb.from_(coupon).select(Sum(coupon.amount)).where(coupon.source_key.like(coupon_key(campaign) + "%") & (coupon.status == "Redeemed"))
		),
		"invoices": _sum(frappe.qb.from_(row).select(Sum(row.amount)).where((row.parent == campaign) & (row.parenttype == CAMPAIGN))),
	}
	return {**amounts, "total": sum(amounts.values())}


def write(campaign: str) -> float:
	"""Keep the actual cost with the campaign, and return it."""
	total = flt(spent(campaign)["total"], 2)
	frappe.db.set_value(CAMPAIGN, campaign, "actual_cost", total, update_modified=False)
	return total


def may_be_refused(campaign, customers: int) -> bool:
	"""Whether `mind_budget` may refuse somewhere on the way to so many more customers."""
	budget = flt(campaign.budget)
	if not budget or campaign.beyond_budget != "Refuse":
		return False
	return spent(campaign.name)["total"] + of_messages_to_come(campaign, customers) > budget


def mind_budget(campaign, to_come: float = 0) -> str | None:
	"""A sentence where spending and what is to come are above the budget; None where they are not.

	Raises:
		CampaignError: so says the campaign.
	"""
	budget = flt(campaign.budget)
	if not budget:
		return None
	total = spent(campaign.name)["total"] + to_come
	if total <= budget:
		return None
	sentence = _("The campaign would come to {0}, its budget is {1}.").format(
		frappe.format(total, "Currency"), frappe.format(budget, "Currency")
	)
	if campaign.beyond_budget == "Refuse":
		frappe.throw(sentence, CampaignError)
	return sentence


def _sum(query) -> float:
	return flt(query.run()[0][0])
