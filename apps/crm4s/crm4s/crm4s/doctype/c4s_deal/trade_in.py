"""The car that the customer gives in payment: value, subsidy and car follow the offer of its appraisal."""

import frappe
from frappe import _

from crm4s.crm4s.doctype.c4s_deal.status import CANCELLED, ORDERED, QUOTED
from crm4s.value.appraisal_steps import ACCEPTED, BINDING, BOUGHT

APPRAISAL = "C4S Used Car Appraisal"
OPEN = (QUOTED, ORDERED)


def follow_appraisal(deal) -> None:
	"""Write to an open deal what its appraisal offers; before there is an offer, the value entered is an estimate."""
	if deal.status not in OPEN:
		return
	if not deal.trade_in_appraisal:
		deal.trade_in_subsidy = 0
		return
	appraisal = _read(deal.trade_in_appraisal)
	_validate_fits(deal, appraisal)
	deal.trade_in_vehicle = appraisal.vehicle or deal.trade_in_vehicle
	if appraisal.status in BINDING:
		deal.trade_in_value, deal.trade_in_subsidy = appraisal.offer_amount, appraisal.subsidy_amount
	elif appraisal.status != "Draft":
		deal.trade_in_value = deal.trade_in_subsidy = 0
	else:
		deal.trade_in_subsidy = 0


def validate_accepted(deal) -> None:
	"""An order counts on the trade-in, so its offer must be accepted."""
	if deal.trade_in_appraisal and _read(deal.trade_in_appraisal).status not in (ACCEPTED, BOUGHT):
		frappe.throw(_("The offer for the car traded in is not accepted yet; see appraisal {0}.").format(frappe.bold(deal.trade_in_appraisal)))


def note_on_appraisal(deal) -> None:
	"""The appraisal says which deal takes its car; this is the one writer of that."""
	before = deal.get_doc_before_save()
	left = before and before.trade_in_appraisal
	if left and left != deal.trade_in_appraisal:
		_write(left, None)
	if deal.trade_in_appraisal:
		_write(deal.trade_in_appraisal, None if deal.status == CANCELLED else deal.name)


def follow_offer(appraisal) -> None:
	"""An appraisal changed: the open deal that takes its car follows."""
	if not appraisal.deal or not _is_changed(appraisal):
		return
	deal = frappe.get_doc("C4S Deal", appraisal.deal, for_update=True)
	if deal.status in OPEN and deal.trade_in_appraisal == appraisal.name:
		deal.save_facts()


def _is_changed(appraisal) -> bool:
	return any(appraisal.has_value_changed(field) for field in ("status", "offer_amount", "subsidy_amount", "vehicle"))


def _read(name: str) -> dict:
	fields = ["name", "customer", "dealership", "status", "vehicle", "offer_amount", "subsidy_amount", "deal"]
	return frappe.db.get_value(APPRAISAL, name, fields, as_dict=True)


def _validate_fits(deal, appraisal) -> None:
	if appraisal.dealership != deal.dealership:
		frappe.throw(_("Appraisal {0} belongs to another store.").format(frappe.bold(appraisal.name)))
	if appraisal.customer != deal.customer:
		frappe.throw(_("Appraisal {0} is about the car of another customer.").format(frappe.bold(appraisal.name)))
	others = {"trade_in_appraisal": appraisal.name, "status": ["!=", CANCELLED], "name": ["!=", deal.name or ""]}
	other = frappe.db.get_value("C4S Deal", others)
	if other:
		frappe.throw(_("The car of appraisal {0} is taken in payment by deal {1}.").format(frappe.bold(appraisal.name), frappe.bold(other)))
	if appraisal.vehicle and appraisal.vehicle == deal.vehicle:
		frappe.throw(_("The car traded in is the one that is sold by this deal."))


def _write(appraisal: str, deal: str | None) -> None:
	if frappe.db.get_value(APPRAISAL, appraisal, "deal") != deal:
		frappe.db.set_value(APPRAISAL, appraisal, "deal", deal, update_modified=False)

