"""Settled visits as sales invoices, one for each payer. The ledger and the stock are written by ERPNext when an invoice is submitted."""

import json
from collections.abc import Callable, Iterable, Mapping

import frappe
from frappe import _
from frappe.utils import get_datetime, getdate

from crm4s.erpnext_link import customers_there, drafts, items, pairs
from crm4s.erpnext_link.invoice_rows import PAYERS, Bill, bill
from crm4s.erpnext_link.looks import Look
from crm4s.erpnext_link.names import INVOICE, VISIT
from crm4s.erpnext_link.plan import Plan, Store

SETTLED, INTERNAL = "Settled", "Internal"
LOOK = Look("crm4s_erpnext_invoices_look", VISIT)


def begin() -> None:
	"""The next look begins with the day from which there are invoices: for stores and days that the settings name anew."""
	LOOK.begin()


def make_due(plan: Plan, has_time: Callable[[], bool]) -> None:
	"""Invoices for visits that were settled since the last look, and once an hour for those that were refused."""
	if plan.invoices_from and plan.stores:
		LOOK.run(due(plan), lambda names: make(names, plan), has_time)


def due(plan: Plan) -> list:
	"""As filters: settled visits of linked stores; those of other systems have their invoice there. A visit that has its invoices already costs one look."""
	of_stores = [["dealership", "in", list(plan.stores)], ["external_key", "is", "not set"]]
	return [*of_stores, ["status", "=", SETTLED], ["settled_on", ">=", plan.invoices_from]]


def make(names: Iterable[str], plan: Plan) -> None:
	"""The invoices of these visits that are not there, or were cancelled before the visit was settled anew."""
	for name in names:
		visit = frappe.get_doc(VISIT, name)
		if visit.status == SETTLED and visit.dealership in plan.stores:
			for payer in PAYERS:
				_of_payer(visit, payer, plan)


def _of_payer(visit, payer: str, plan: Plan) -> None:
	pair = pairs.of_ours(VISIT, [visit.name], INVOICE, payer).get(visit.name)
	if not any(row.payer == payer for row in visit.items) or (pair and not _is_due(visit, pair)):
		return
	if payer == INTERNAL and payer not in plan.payers:
		return
	pairs.tried(VISIT, visit.name, INVOICE, lambda: _invoice(visit, payer, pair, plan), part=payer)


def _is_due(visit, pair: Mapping) -> bool:
	"""What was settled anew has a new invoice only when the earlier one is out of the books."""
	if not pairs.is_known(pair):
		return True
	settled_anew = get_datetime(visit.settled_on) != get_datetime(pair["our_stamp"])
	if settled_anew and pair["their_status"] not in pairs.ENDED and not pair["problem"]:
		pairs.note(pair["name"], problem=_("The visit was settled anew; cancel invoice {0} in ERPNext, then a new one is made.").format(pair["their_document"]))
	return settled_anew and pair["their_status"] in pairs.ENDED


def _invoice(visit, payer: str, pair: Mapping | None, plan: Plan) -> None:
	parts = items.of_parts({row.part for row in visit.items if row.part}, plan)
	asked = bill([row.as_dict() for row in visit.items], payer, parts, items.of_charges(plan))
	if not asked.lines:
		return
	document = _draft(visit, asked, _payer_there(visit, payer, plan), plan.stores[visit.dealership], plan)
	document.amended_from = pairs.cancelled(pair)
	drafts.insert(document, VISIT, visit.name, payer, our_stamp=visit.settled_on, agreed=json.dumps(_rows_of(visit, payer)))
	if plan.submits:
		document.submit()


def _rows_of(visit, payer: str) -> list[str]:
	"""Names of the visit's rows in the order of the invoice's lines, for the costs that come back."""
	return [row.name for row in visit.items if row.payer == payer and row.approval != "Declined" and (row.amount or row.item_kind == "Part")]


def _payer_there(visit, payer: str, plan: Plan) -> str:
	"""The visit's own customer, made there where it is not; else who stands in the settings for the payer."""
	if payer == "Customer" and visit.customer:
		return customers_there.of(visit.customer, plan)
	if payer not in plan.payers:
		frappe.throw(_("No customer of ERPNext pays for {0}; add a row for it under Other Payers in the ERPNext Settings.").format(_(payer)))
	return plan.payers[payer]


def _draft(visit, asked: Bill, customer: str, store: Store, plan: Plan):
	invoice = drafts.selling(INVOICE, customer, store, plan, asked)
	remarks = [visit.name, visit.plate_number, visit.vehicle and frappe.db.get_value("C4S Vehicle", visit.vehicle, "vin")]
	invoice.update({**drafts.posted_on(visit.settled_on), "due_date": getdate(visit.settled_on), "remarks": " · ".join(filter(None, remarks))})
	if store.warehouse:
		invoice.update({"update_stock": 1, "set_warehouse": store.warehouse})
		for line in invoice.items:
			line.warehouse = store.warehouse
	return invoice
