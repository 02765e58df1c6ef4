"""Handing the car over: what must be there before, and what follows from it, exactly once."""

import frappe
from frappe import _
from frappe.utils import escape_html, flt, getdate, now_datetime

from crm4s.access.customers import take_up
from crm4s.crm4s.doctype.c4s_checklist_template.c4s_checklist_template import DELIVERY, PDI
from crm4s.crm4s.doctype.c4s_deal import follow_up
from crm4s.crm4s.doctype.c4s_deal.checklists import is_done
from crm4s.crm4s.doctype.c4s_deal.status import ORDERED
from crm4s.crm4s.doctype.c4s_deal_service.c4s_deal_service import unfinished_mandatory
from crm4s.crm4s.doctype.c4s_stock_movement.transitions import ALLOCATED
from crm4s.exceptions import DeliveryRefusedError
from crm4s.workflows.states import move

VEHICLE, OWNER = "C4S Vehicle", "Owner"
# Who may write fields of this level, cost and margin, is a manager; an administrator decides it in the permissions.
MANAGERS_LEVEL = 1
HANDED_OVER_BY = {"New Car": "Delivered", "Used Car": "Resold"}


def validate_ready(deal) -> None:
	"""Refuse delivery, naming everything that is missing at once."""
	missing = what_is_missing(deal)
	if missing:
		frappe.throw("<br>".join([_("The car cannot be delivered yet:"), *missing]), DeliveryRefusedError)


def what_is_missing(deal) -> list[str]:
	"""Sentences that say what delivery waits for; empty when the car can go."""
	missing = []
	if not deal.vehicle:
		missing.append(_("No car is allocated."))
	if deal.discount_needs_approval:
		missing.append(_("The discount waits for approval."))
	if not is_done(deal, PDI):
		missing.append(_("The pre-delivery inspection is not signed."))
	if not is_done(deal, DELIVERY):
		missing.append(_("The delivery checklist is not signed by the customer."))
	if flt(deal.balance_due, 2) > flt(deal.balance_exception_amount, 2):
		missing.append(_("{0} are still due.").format(frappe.format(deal.balance_due, "Currency")))
	if flt(deal.refund_due, 2):
		missing.append(_("{0} must be paid back to the customer.").format(frappe.format(deal.refund_due, "Currency")))
	services = unfinished_mandatory(deal.name)
	if services:
		missing.append(_("Services not finished: {0}.").format(", ".join(escape_html(_(kind)) for kind in services)))
	return missing


def allow_balance(deal, reason: str) -> None:
	"""Let the car go although the balance is not settled; for those who may write the amounts of managers."""
	if MANAGERS_LEVEL not in deal.get_permlevel_access("write"):
		frappe.throw(_("Only a manager lets a car go that is not paid."), frappe.PermissionError)
	if deal.status != ORDERED or not flt(deal.balance_due):
		frappe.throw(_("Nothing is due before this delivery."))
	if not (reason or "").strip():
		frappe.throw(_("Say why the car may go before it is paid."), frappe.MandatoryError)
	deal.balance_exception_amount, deal.balance_exception_reason = deal.balance_due, reason.strip()
	deal.balance_exception_by, deal.balance_exception_on = frappe.session.user, now_datetime()
	deal.save_facts()


def hand_over(deal) -> None:
	"""What a delivery means for car, customer, lead and the days after. Each part looks first whether it is done."""
	_move_car(deal)
	_make_owner(deal)
	take_up(deal.customer, deal.dealership, _("Bought a car"))
	win_lead(deal)
	follow_up.plan(deal)


def _move_car(deal) -> None:
	if frappe.db.get_value(VEHICLE, deal.vehicle, "status", for_update=True) == ALLOCATED:
		movement = {"doctype": "C4S Stock Movement", "vehicle": deal.vehicle, "movement": HANDED_OVER_BY[deal.deal_kind]}
		frappe.get_doc({**movement, "reference": deal.name}).insert(ignore_permissions=True)


def _make_owner(deal) -> None:
	"""The warranty follows from the day of delivery, by the car's own writers."""
	car = frappe.get_doc(VEHICLE, deal.vehicle, for_update=True)
	if car.current_owner == deal.customer:
		return
	car.append("parties", {"party_role": OWNER, "customer": deal.customer, "valid_from": getdate(deal.delivered_on)})
	car.save(ignore_permissions=True)


def win_lead(deal) -> None:
	"""The lead behind the deal is won when the car is ordered, at the latest when it is delivered."""
	if not deal.lead:
		return
	lead = frappe.get_doc("C4S Lead", deal.lead)
	if lead.status == "Won":
		return
	lead.customer = lead.customer or deal.customer
	move(lead, "Won", _("Bought with deal {0}").format(deal.name))
