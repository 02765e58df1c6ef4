"""Deals as sales order, delivery note and sales invoice. What comes later waits until what comes before it is submitted."""

import json
from collections.abc import Callable, Iterable, Mapping

import frappe
from frappe import _
from frappe.utils import get_datetime, get_time, getdate

from crm4s.crm4s.doctype.c4s_deal.status import CANCELLED, DELIVERED, ORDERED, QUOTED
from crm4s.crm4s.doctype.c4s_deal_service.c4s_deal_service import charged_services
from crm4s.erpnext_link import customers_there, deal_payments, drafts, items, pairs
from crm4s.erpnext_link.deal_rows import Items, allocated, deal_bill, with_references
from crm4s.erpnext_link.invoice_rows import Bill
from crm4s.erpnext_link.looks import SLICE, Look
from crm4s.erpnext_link.names import DEAL, INVOICE, NOTE, ORDER, SERIAL, VEHICLE
from crm4s.erpnext_link.plan import Plan, Store
from crm4s.erpnext_link.presence import RECORD
from crm4s.sealing import digest

LOOK = Look("crm4s_erpnext_deals_look", DEAL)
DRAFT, SUBMITTED = 0, 1


def begin() -> None:
	"""The next look begins with the day from which deals are sent."""
	LOOK.begin()


def make_due(plan: Plan, has_time: Callable[[], bool]) -> None:
	"""Bring deals that changed since the last look, those that were taken back, and once an hour what was refused."""
	if plan.deals_from and plan.stores:
		LOOK.run(due(plan), lambda names: bring(names, plan), has_time, others=_taken_back())


def due(plan: Plan) -> list:
	"""As filters: deals of linked stores that were ordered; those of other systems have their documents there."""
	return [["dealership", "in", list(plan.stores)], ["ordered_on", ">=", plan.deals_from], ["external_key", "is", "not set"]]


def _taken_back() -> list[str]:
	"""Deals that are quoted again while their order stands."""
	record, deal = frappe.qb.DocType(RECORD), frappe.qb.DocType(DEAL)
	joined = frappe.qb.from_(record).join(deal).on(deal.name == record.document)
	stands = record.their_document.isnotnull() & (record.their_status.isnull() | record.their_status.notin(pairs.ENDED))
	asked = joined.where((record.document_type == DEAL) & (record.their_type == ORDER) & (deal.status == QUOTED) & stands)
	return [name for (name,) in asked.select(record.document).orderby(record.modified).limit(SLICE).run()]


def bring(names: Iterable[str], plan: Plan) -> None:
	"""What of these deals is not there yet, or is there otherwise."""
	for name in names:
		deal = frappe.get_doc(DEAL, name)
		if deal.dealership not in plan.stores:
			continue
		pairs.tried(DEAL, name, ORDER, lambda: _order(deal, plan))  # noqa: B023, called at once
		deal_payments.make(deal, plan)
		if deal.status == DELIVERED:
			pairs.tried(DEAL, name, NOTE, lambda: _deliver(deal, plan))  # noqa: B023, called at once
			pairs.tried(DEAL, name, INVOICE, lambda: _invoice(deal, plan))  # noqa: B023, called at once


# The order


def _order(deal, plan: Plan) -> None:
	pair = pairs.of_ours(DEAL, [deal.name], ORDER).get(deal.name)
	state = pairs.docstatus_of(pair)
	if deal.status in (QUOTED, CANCELLED):
		if state in (DRAFT, SUBMITTED):
			_withdraw(pair, state)
		return
	if pair and pair.problem:
		pairs.note(pair.name, problem=None)
	if not pairs.is_known(pair):
		_make_order(deal, plan)
	elif state not in (DRAFT, SUBMITTED):
		# A person who cancelled or deleted it has a reason; only a new order of the customer has a new one.
		if get_datetime(deal.ordered_on) != get_datetime(pair.our_stamp):
			_make_order(deal, plan, amended_from=pairs.cancelled(pair))
	elif deal.status == ORDERED:
		_follow_agreement(deal, pair, state, plan)


def _make_order(deal, plan: Plan, amended_from: str | None = None) -> None:
	asked = _bill(deal, plan)
	order = drafts.selling(ORDER, customers_there.of(deal.customer, plan), plan.stores[deal.dealership], plan, asked)
	ordered = getdate(deal.ordered_on)
	order.update({"transaction_date": ordered, "delivery_date": max(ordered, getdate(deal.promised_on or ordered)), "po_no": deal.name, "amended_from": amended_from})
	drafts.insert(order, DEAL, deal.name, our_stamp=deal.ordered_on, agreed=_seal(asked))
	if plan.submits_orders:
		order.submit()


def _follow_agreement(deal, pair: Mapping, state: int, plan: Plan) -> None:
	"""What was agreed is the CRM's: a draft is written anew, a submitted order is cancelled and amended."""
	asked = _bill(deal, plan)
	if _seal(asked) == pair["agreed"]:
		return
	order = frappe.get_doc(ORDER, pair["their_document"])
	if state == SUBMITTED:
		order.cancel()
		_make_order(deal, plan, amended_from=order.name)
		return
	order.set("items", [])
	for line in drafts.lines(asked.lines, plan.stores[deal.dealership]):
		order.append("items", {**line, "delivery_date": order.delivery_date})
	order.discount_amount = float(asked.discount)
	order.save()
	pairs.note(pair["name"], agreed=_seal(asked), their_status=None)


def _withdraw(pair: Mapping, state: int) -> None:
	"""The order of a deal that is no order any more."""
	if state == SUBMITTED:
		order = frappe.get_doc(ORDER, pair["their_document"])
		order.cancel()
		pairs.note(pair["name"], their_status=pairs.CANCELLED, problem=None)
	else:
		frappe.delete_doc(ORDER, pair["their_document"])
		pairs.note(pair["name"], their_document=None, their_status=pairs.DELETED, problem=None)


# Delivery and invoice


def _deliver(deal, plan: Plan) -> None:
	"""The car leaves ERPNext's stock where the store has a warehouse of cars."""
	store = plan.stores[deal.dealership]
	pair = pairs.of_ours(DEAL, [deal.name], NOTE).get(deal.name)
	order = _order_of(deal)
	if not store.car_warehouse or pairs.is_known(pair) or pairs.docstatus_of(order) == DRAFT:
		return
	asked = _bill(deal, plan)
	note = drafts.selling(NOTE, customers_there.of(deal.customer, plan), store, plan, asked)
	lines = with_references(drafts.lines(asked.lines, store), _lines_of(order), {"so_detail": "name", "against_sales_order": "parent"})
	lines[0] |= {"serial_no": _serial(deal), "use_serial_batch_fields": 1, "warehouse": store.car_warehouse}
	note.set("items", [])
	for line in lines:
		note.append("items", line)
	note.update({**drafts.posted_on(deal.delivered_on), "posting_time": get_time(deal.delivered_on), "set_warehouse": store.car_warehouse})
	drafts.insert(note, DEAL, deal.name, our_stamp=deal.delivered_on)
	if plan.submits_orders:
		note.submit()


def _invoice(deal, plan: Plan) -> None:
	store = plan.stores[deal.dealership]
	pair = pairs.of_ours(DEAL, [deal.name], INVOICE).get(deal.name)
	note = pairs.of_ours(DEAL, [deal.name], NOTE).get(deal.name)
	order = _order_of(deal)
	waits = pairs.docstatus_of(order) == DRAFT or (store.car_warehouse and pairs.docstatus_of(note) != SUBMITTED)
	if pairs.is_known(pair) or waits:
		return
	invoice = _draft_of_invoice(deal, store, plan, order, note)
	drafts.insert(invoice, DEAL, deal.name, our_stamp=deal.delivered_on)
	if plan.submits:
		invoice.submit()


def _draft_of_invoice(deal, store: Store, plan: Plan, order: Mapping | None, note: Mapping | None):
	asked = _bill(deal, plan)
	invoice = drafts.selling(INVOICE, customers_there.of(deal.customer, plan), store, plan, asked)
	lines = with_references(drafts.lines(asked.lines, store), _lines_of(order), {"so_detail": "name", "sales_order": "parent"})
	invoice.set("items", [])
	for line in with_references(lines, _lines_of(note), {"dn_detail": "name", "delivery_note": "parent"}):
		invoice.append("items", line)
	invoice.update({**drafts.posted_on(deal.delivered_on), "due_date": getdate(deal.delivered_on), "remarks": _remarks(deal)})
	_take_advances(invoice, deal)
	return invoice


def _take_advances(invoice, deal) -> None:
	"""What the customer paid for this deal is set off; what he paid for other things is not."""
	invoice.run_method("set_missing_values")
	invoice.run_method("calculate_taxes_and_totals")
	invoice.set_advances()
	parts = allocated([row.as_dict() for row in invoice.advances], deal_payments.names_there(deal), invoice.grand_total)
	for row, (_name, part) in zip(invoice.advances, parts, strict=True):
		row.allocated_amount = part
	invoice.set("advances", [row for row in invoice.advances if row.allocated_amount])


def _remarks(deal) -> str:
	traded_in = deal.trade_in_vehicle and deal.trade_in_value and _("Car traded in: {0}").format(frappe.format(deal.trade_in_value, "Currency"))
	return " · ".join(filter(None, [deal.name, deal.plate_number, deal.vin, traded_in]))


# What both are about


def _bill(deal, plan: Plan) -> Bill:
	charges = items.of_deal(plan)
	found = Items(_car_item(deal, plan), charges["customisation"], charges["services"])
	return deal_bill(deal.as_dict(), [row.as_dict() for row in deal.items], charged_services(deal.name), found)


def _car_item(deal, plan: Plan) -> str:
	"""The item of the car that was allocated, as its serial number says; before that the item of the model."""
	pair = deal.vehicle and pairs.of_ours(VEHICLE, [deal.vehicle], SERIAL).get(deal.vehicle)
	if pair and pair.their_document:
		return frappe.db.get_value(SERIAL, pair.their_document, "item_code")
	model = deal.model or (deal.vehicle and frappe.db.get_value(VEHICLE, deal.vehicle, "model"))
	if not model:
		frappe.throw(_("Deal {0} names neither model nor car; ERPNext needs one of them for the order.").format(deal.name))
	return items.of_models({model}, plan)[model]


def _serial(deal) -> str:
	pair = pairs.of_ours(VEHICLE, [deal.vehicle], SERIAL).get(deal.vehicle)
	if not (pair and pair.their_document):
		frappe.throw(_("The car of deal {0} is no serial number in ERPNext yet; it needs VIN and model, and cars must be sent.").format(deal.name))
	return pair.their_document


def _order_of(deal) -> Mapping | None:
	return pairs.of_ours(DEAL, [deal.name], ORDER).get(deal.name)


def _lines_of(pair: Mapping | None) -> list[Mapping]:
	"""Lines to which others may refer: of a submitted document only."""
	if pairs.docstatus_of(pair) != SUBMITTED:
		return []
	return frappe.get_all(f"{pair['their_type']} Item", {"parent": pair["their_document"]}, ["name", "parent", "item_code"], order_by="idx")


def _seal(asked: Bill) -> str:
	"""By which it is seen that something else was agreed."""
	return digest(json.dumps([asked.lines, str(asked.discount)], ensure_ascii=False))[:16]
