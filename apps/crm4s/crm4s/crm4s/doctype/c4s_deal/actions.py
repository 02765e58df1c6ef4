"""What the buttons of a deal call, over the desk and over REST. Each asks for permission, locks the deal, and does one thing."""

import frappe
from frappe import _

from crm4s.access.required import require_permission
from crm4s.access.stores import has_store_permission
from crm4s.crm4s.doctype.c4s_deal import allocation, checklists, delivery, discount, finance, follow_up, payments, progress, quoting, waiting
from crm4s.crm4s.doctype.c4s_deal.c4s_deal import require_deal
from crm4s.crm4s.doctype.c4s_deal.status import CANCELLED, DELIVERED, ORDERED, QUOTED
from crm4s.follow_up import CALLERS
from crm4s.workflows.ways import open_ways

# Those who inspect cars may not write deals otherwise.
INSPECTORS = frozenset({"C4S Technician", "C4S Workshop Manager"})


@frappe.whitelist()
def panels(deal: str) -> dict:
	"""What the form shows beside the fields: quotations, finance offers, services, and what delivery waits for."""
	require_permission("C4S Deal", "read")
	document = frappe.get_doc("C4S Deal", deal)
	document.check_permission("read")
	services = frappe.get_list(
		"C4S Deal Service",
		filters={"deal": deal},
		fields=["name", "kind", "provider", "status", "due_on", "responsible", "charged_amount"],
		order_by="due_on, creation",
		limit_page_length=100,
	)
	return {
		"versions": quoting.versions(deal),
		"finance": finance.compare(document),
		"services": services,
		"missing": delivery.what_is_missing(document) if document.status == ORDERED else [],
	}


@frappe.whitelist(methods=["POST"])
def quote(deal: str, valid_until: str | None = None, remark: str | None = None) -> str:
	"""Give the customer a quotation of the deal as it stands; the name of the frozen copy."""
	return quoting.quote(require_deal(deal), valid_until, remark)


@frappe.whitelist()
def compare_quotations(deal: str, before: str, after: str) -> dict:
	"""Two quotations of a deal side by side."""
	require_permission("C4S Quotation Version", "read")
	return quoting.compare(deal, before, after)


@frappe.whitelist(methods=["POST"])
def approve_discount(deal: str) -> None:
	"""For those whose discount limit covers it."""
	document = require_deal(deal)
	before = open_ways(document)
	discount.approve(document)
	progress.go_on(document, before)


@frappe.whitelist(methods=["POST"])
def choose_finance(deal: str, offer: str | None = None, down_payment: float | None = None) -> None:
	"""Store the finance offer that the customer wants, with the down payment; without an offer none."""
	document = require_deal(deal)
	document.update({"finance_offer": offer or None, "down_payment": down_payment or 0})
	document.save()


@frappe.whitelist(methods=["POST"])
def order(deal: str, promised_on: str | None = None) -> None:
	"""The customer orders."""
	document = require_deal(deal)
	if promised_on:
		document.promised_on = promised_on
	progress.advance(document, ORDERED)


@frappe.whitelist(methods=["POST"])
def cancel(deal: str, reason: str, note: str | None = None, deposit_handling: str | None = None) -> None:
	"""Cancel the deal: its car is free again, and it says what becomes of the deposit."""
	document = require_deal(deal)
	document.update({"cancellation_reason": reason, "cancellation_note": note, "deposit_handling": deposit_handling})
	progress.advance(document, CANCELLED)


@frappe.whitelist(methods=["POST"])
def reopen(deal: str) -> None:
	"""A cancelled deal is quoted again."""
	progress.advance(require_deal(deal), QUOTED)


@frappe.whitelist(methods=["POST"])
def record_payment(
	deal: str,
	kind: str,
	amount: float,
	method: str,
	paid_on: str | None = None,
	reference: str | None = None,
	remark: str | None = None,
) -> None:
	"""Record a deposit, a payment or a refund."""
	payments.record(require_deal(deal), kind, amount, method, paid_on, reference, remark)


@frappe.whitelist(methods=["POST"])
def move_promise(deal: str, promised_on: str, reason: str, customer_informed: bool = False) -> None:
	"""Promise another day, and say why."""
	waiting.move_promise(require_deal(deal), promised_on, reason, customer_informed)


@frappe.whitelist(methods=["POST"])
def log_care(
	deal: str, channel: str, summary: str, contacted_on: str | None = None, next_care_on: str | None = None
) -> None:
	"""Note a word to the waiting customer."""
	waiting.log_care(require_deal(deal), channel, summary, contacted_on, next_care_on)


@frappe.whitelist()
def cars_to_allocate(deal: str) -> list[dict]:
	"""Cars of the store that the deal could get."""
	document = frappe.get_doc("C4S Deal", deal)
	document.check_permission("write")
	return allocation.cars_for(document)


@frappe.whitelist(methods=["POST"])
def allocate(deal: str, vehicle: str | None = None, vin: str | None = None) -> None:
	"""Give the car, named or by its VIN, to the deal."""
	allocation.allocate(require_deal(deal), vehicle, vin)


@frappe.whitelist(methods=["POST"])
def release_car(deal: str, reason: str) -> None:
	"""Take the car from the deal."""
	allocation.release(require_deal(deal), reason)


@frappe.whitelist(methods=["POST"])
def begin_checklist(deal: str, kind: str) -> None:
	"""Begin the PDI or the delivery checklist."""
	checklists.begin(_require_deal_to_check(deal, kind), kind)


@frappe.whitelist(methods=["POST"])
def fill_checklist(deal: str, kind: str, results: list | str, signature: str | None = None) -> None:
	"""Write results of a checklist; with a signature it is done."""
	checklists.fill(_require_deal_to_check(deal, kind), kind, frappe.parse_json(results), signature)


@frappe.whitelist(methods=["POST"])
def allow_balance(deal: str, reason: str) -> None:
	"""A manager lets the car go although something is due."""
	delivery.allow_balance(require_deal(deal), reason)


@frappe.whitelist(methods=["POST"])
def deliver(deal: str) -> None:
	"""Hand the car over; a second call changes nothing."""
	progress.advance(require_deal(deal), DELIVERED)


@frappe.whitelist(methods=["POST"])
def log_follow_up(
	deal: str,
	channel: str,
	outcome: str,
	summary: str | None = None,
	contacted_on: str | None = None,
	next_call_on: str | None = None,
) -> None:
	"""Keep how the call after delivery went; the deal goes on when the customer was reached."""
	document = _require_deal_for(deal, bool(CALLERS & set(frappe.get_roles())))
	before = open_ways(document)
	follow_up.log(document, channel, outcome, summary, contacted_on, next_call_on)
	progress.go_on(document, before)


def _require_deal_to_check(deal: str, kind: str):
	"""Technicians of the store inspect cars of deals that they only read; everything else is for those who write the deal."""
	return _require_deal_for(deal, bool(kind == checklists.PDI and INSPECTORS & set(frappe.get_roles())))


def _require_deal_for(deal: str, is_their_job: bool):
	"""The deal, locked, for those who write it, or who have this one job in it and otherwise only read it, in the own store."""
	document = require_deal(deal, "read" if is_their_job else "write")
	if not has_store_permission(document):
		frappe.throw(_("You do not work for the store of this deal."), frappe.PermissionError)
	return document
