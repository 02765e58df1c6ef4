"""The offer for a used car: what is worked out, who may offer more, and how long it holds."""

import frappe
from frappe import _
from frappe.utils import add_days, cint, escape_html, flt, getdate, now_datetime, nowdate

from crm4s.exceptions import OfferExpiredError
from crm4s.settings import setting
from crm4s.value.appraisal_amounts import expected_margin, highest_offer, valuation
from crm4s.value.appraisal_steps import ACCEPTED, BOUGHT, DRAFT, OFFERED
from crm4s.value.money import to_cents

# Who may write fields of this level is a manager; an administrator decides it in the permissions.
MANAGERS_LEVEL = 1
NOT_OK = "Not OK"
# What the customer sees or the amount follows from.
TOLD = (
	*("customer", "dealership", "vin", "vehicle", "model", "odometer", "market_value", "reconditioning_estimate", "margin_wanted"),
	*("offer_amount", "subsidy_amount", "offer_valid_until"),
)
WRITTEN_BY_PURCHASE = ("vehicle",)


def set_amounts(appraisal) -> None:
	for field in ("market_value", "reconditioning_estimate", "margin_wanted", "offer_amount", "subsidy_amount", "finance_open_amount"):
		if flt(appraisal.get(field)) < 0:
			frappe.throw(_("{0} must not be negative.").format(_(appraisal.meta.get_label(field))))
	_validate_points(appraisal)
	found = valuation(
		appraisal.market_value,
		[row.deduction_amount for row in appraisal.points],
		appraisal.reconditioning_estimate,
		appraisal.margin_wanted,
		setting("used_margin_percent"),
	)
	appraisal.deductions_amount, appraisal.computed_offer = float(found.deductions), float(found.offer)
	if appraisal.status == DRAFT and not flt(appraisal.margin_wanted):
		appraisal.margin_wanted = float(found.margin)
	if appraisal.status in (DRAFT, OFFERED) and not flt(appraisal.offer_amount):
		appraisal.offer_amount = appraisal.computed_offer
	appraisal.expected_margin = float(
		expected_margin(
			appraisal.market_value, appraisal.deductions_amount, appraisal.reconditioning_estimate, appraisal.offer_amount
		)
	)


def _validate_points(appraisal) -> None:
	for row in appraisal.points:
		if flt(row.deduction_amount) < 0:
			frappe.throw(_("The deduction in row {0} must not be negative.").format(row.idx))
		if flt(row.deduction_amount) and row.result != NOT_OK:
			frappe.throw(_("Row {0} has a deduction; its result must be {1}.").format(row.idx, _(NOT_OK)))


def set_needs_approval(appraisal) -> None:
	appraisal.needs_approval = int(needs_approval(appraisal)) if appraisal.status in (DRAFT, OFFERED) else 0


def needs_approval(appraisal) -> bool:
	"""Whether offer or subsidy is above what an appraiser may give and what a manager approved."""
	offered, subsidy = to_cents(appraisal.offer_amount), to_cents(appraisal.subsidy_amount)
	highest = highest_offer(appraisal.computed_offer, setting("used_offer_limit_percent"))
	within = offered <= highest and subsidy <= to_cents(setting("subsidy_limit"))
	approved = appraisal.approved_by and offered <= to_cents(appraisal.approved_offer) and subsidy <= to_cents(appraisal.approved_subsidy)
	return not within and not approved


def approve(appraisal) -> None:
	"""Write the approval of the current user; for those who may write the amounts of managers."""
	if MANAGERS_LEVEL not in appraisal.get_permlevel_access("write"):
		frappe.throw(_("Only a manager approves an offer above the limit."), frappe.PermissionError)
	if not appraisal.needs_approval:
		frappe.throw(_("There is nothing to approve."))
	appraisal.approved_offer, appraisal.approved_subsidy = appraisal.offer_amount, appraisal.subsidy_amount
	appraisal.approved_by, appraisal.approved_on = frappe.session.user, now_datetime()
	appraisal.save_facts()


def validate_complete(appraisal) -> None:
	"""Refuse an offer for a car that was not looked at, naming everything that is missing at once."""
	needed = {
		"model": appraisal.model or appraisal.model_description,
		"vin": appraisal.vin,
		"first_registered_on": appraisal.first_registered_on,
		"odometer": cint(appraisal.odometer) > 0,
		"accident_history": appraisal.accident_history,
		"market_value": flt(appraisal.market_value) > 0,
		"offer_amount": flt(appraisal.offer_amount) > 0,
	}
	missing = [_(appraisal.meta.get_label(field)) for field, there in needed.items() if not there]
	missing += [escape_html(row.item) for row in appraisal.points if row.mandatory and not row.result]
	if missing:
		frappe.throw(_("An offer needs: {0}.").format(", ".join(missing)), frappe.MandatoryError)
	if appraisal.needs_approval:
		frappe.throw(_("The offer of {0} waits for the approval of a manager.").format(appraisal.get_formatted("offer_amount")))


def set_valid_until(appraisal) -> None:
	appraisal.offer_valid_until = appraisal.offer_valid_until or add_days(nowdate(), setting("used_offer_valid_days"))
	if getdate(appraisal.offer_valid_until) < getdate():
		frappe.throw(_("Offer Valid Until must not lie in the past."))


def validate_is_valid(appraisal) -> None:
	if getdate(appraisal.offer_valid_until) < getdate():
		frappe.throw(
			_("The offer was valid until {0}; renew it first.").format(appraisal.get_formatted("offer_valid_until")),
			OfferExpiredError,
		)


def refuse_change(appraisal, before) -> None:
	"""Refuse to change what the customer was told, while the offer stands."""
	for field in TOLD:
		if field in WRITTEN_BY_PURCHASE and not before.get(field):
			continue
		if _comparable(appraisal, field) != _comparable(before, field):
			sentence = (
				_("{0} cannot change any more: the appraisal is {1}.")
				if before.status in (ACCEPTED, BOUGHT)
				else _("{0} belongs to the offer that the customer has; choose Change Offer first. The appraisal is {1}.")
			)
			frappe.throw(sentence.format(_(appraisal.meta.get_label(field)), _(before.status)))
	if _deductions(appraisal) != _deductions(before):
		frappe.throw(_("The condition points belong to the offer that the customer has; choose Change Offer first."))


def _comparable(document, field: str):
	fieldtype = document.meta.get_field(field).fieldtype
	if fieldtype == "Currency":
		return flt(document.get(field), 2)
	if fieldtype == "Date":
		return getdate(document.get(field)) if document.get(field) else None
	return document.get(field) or None


def _deductions(document) -> list[tuple]:
	return [(row.section or None, row.item, row.result or None, flt(row.deduction_amount, 2)) for row in document.points]


def expire_offers() -> None:
	"""Every night: offers whose last day has passed. Each is saved by itself, so that its deal follows; there are a few a day."""
	names = frappe.get_all(
		"C4S Used Car Appraisal",
		{"status": OFFERED, "offer_valid_until": ["<", nowdate()]},
		pluck="name",
		order_by="offer_valid_until",
		limit=2000,
	)
	for name in names:
		document = frappe.get_doc("C4S Used Car Appraisal", name, for_update=True)
		if document.status != OFFERED:
			continue
		document.status = "Expired"
		document.save_facts()
