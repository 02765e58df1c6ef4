"""Settled visits as sales invoices, one for each payer. The ledger and the stock are written by ERPNext when an invoice is submitted."""

import json
from collections.abc import Callable, Iterable, Mapping

import frappe
from frappe import _
from frappe.utils import add_to_date, get_datetime, getdate, now_datetime

from crm4s.erpnext_link import customers, items, pairs
from crm4s.erpnext_link.candidates import Candidates
from crm4s.erpnext_link.invoice_rows import PAYERS, Bill, bill
from crm4s.erpnext_link.our_customers import CUSTOMER as OUR_CUSTOMER
from crm4s.erpnext_link.plan import Plan, Store
from crm4s.erpnext_link.presence import RECORD
from crm4s.runs import Progress, commit

VISIT, INVOICE, CUSTOMER = "C4S Service Visit", "Sales Invoice", "Customer"
SETTLED, INTERNAL, CANCELLED = "Settled", "Internal", "Cancelled"
PROGRESS = "crm4s_erpnext_invoiced"
SLICE, OVERLAP_MINUTES, RETRY_MINUTES = 50, 15, 60


def begin() -> None:
	"""The next look begins with the day from which there are invoices: for stores and days that the settings name anew."""
	Progress(PROGRESS).forget()


def make_due(plan: Plan, has_time: Callable[[], bool]) -> None:
	"""Invoices for visits that were settled since the last look, and once an hour for those that were refused."""
	if not plan.invoices_from or not plan.stores:
		return
	began = now_datetime()
	names = [*_settled_since(plan), *_refused_before(add_to_date(began, minutes=-RETRY_MINUTES))]
	for start in range(0, len(names), SLICE):
		if not has_time():
			return
		make(names[start : start + SLICE], plan)
		commit()
	Progress(PROGRESS).keep(str(began))


def _settled_since(plan: Plan) -> list[str]:
	"""Visits of linked stores; those of other systems have their invoice there. A visit that has its invoices already costs one look."""
	since = add_to_date(get_datetime(Progress(PROGRESS).text() or "2000-01-01"), minutes=-OVERLAP_MINUTES)
	asked = [
		["dealership", "in", list(plan.stores)],
		["modified", ">=", since],
		["status", "=", SETTLED],
		["settled_on", ">=", plan.invoices_from],
		["external_key", "is", "not set"],
	]
	return frappe.get_all(VISIT, asked, pluck="name", order_by="settled_on")


def _refused_before(moment) -> list[str]:
	asked = {"document_type": VISIT, "their_type": INVOICE, "problem": ["is", "set"], "modified": ["<", moment]}
	return frappe.get_all(RECORD, asked, pluck="document", distinct=True, order_by=None, limit=SLICE)


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
	if not pair["their_document"]:
		return True
	settled_anew = get_datetime(visit.settled_on) != get_datetime(pair["our_stamp"])
	if settled_anew and pair["their_status"] != CANCELLED and not pair["problem"]:
		pairs.note(pair["name"], problem=_("The visit was settled anew; cancel invoice {0} in ERPNext, then a new one is made.").format(pair["their_document"]))
	return settled_anew and pair["their_status"] == CANCELLED


def _invoice(visit, payer: str, pair: Mapping | None, plan: Plan) -> None:
	parts = items.of_parts({row.part for row in visit.items if row.part}, plan)
	asked = bill([row.as_dict() for row in visit.items], payer, parts, items.of_charges(plan))
	if not asked.lines:
		return
	document = _draft(visit, asked, _payer_there(visit, payer, plan), plan.stores[visit.dealership], plan)
	document.amended_from = pair["their_document"] if pair else None
	document.insert()
	pairs.say_origin(document, VISIT, visit.name)
	pairs.connect(VISIT, visit.name, INVOICE, document.name, payer, our_stamp=visit.settled_on, their_status=None, agreed=json.dumps(_rows_of(visit, payer)))
	if plan.submits:
		document.submit()


def _rows_of(visit, payer: str) -> list[str]:
	"""Names of the visit's rows in the order of the invoice's lines, for the costs that come back."""
	return [row.name for row in visit.items if row.payer == payer and row.approval != "Declined" and (row.amount or row.item_kind == "Part")]


def _payer_there(visit, payer: str, plan: Plan) -> str:
	"""The visit's own customer, made there where it is not; else who stands in the settings for the payer."""
	if payer == "Customer" and visit.customer:
		return _customer_there(visit.customer, plan)
	if payer not in plan.payers:
		frappe.throw(_("No customer of ERPNext pays for {0}; add a row for it under Other Payers in the ERPNext Settings.").format(_(payer)))
	return plan.payers[payer]


def _customer_there(name: str, plan: Plan) -> str:
	known = pairs.of_ours(OUR_CUSTOMER, [name], CUSTOMER)
	if not (name in known and known[name].their_document):
		customers.find_or_make([name], plan, Candidates(), makes=True)
		known = pairs.of_ours(OUR_CUSTOMER, [name], CUSTOMER)
	if not (name in known and known[name].their_document):
		frappe.throw(_("Customer {0} is not linked to ERPNext yet; decide under Doubtful Customers, or see why ERPNext refused.").format(name))
	return known[name].their_document


def _draft(visit, asked: Bill, customer: str, store: Store, plan: Plan):
	document = frappe.new_doc(INVOICE)
	own = {"cost_center": store.cost_center or None, "income_account": store.income_account or None, "warehouse": store.warehouse or None}
	document.update(
		{
			**{"company": store.company, "customer": customer, "set_posting_time": 1, "posting_date": getdate(visit.settled_on)},
			**{"due_date": getdate(visit.settled_on), "selling_price_list": plan.price_list or None, "ignore_pricing_rule": 1},
			**{"cost_center": own["cost_center"], "update_stock": int(bool(store.warehouse)), "set_warehouse": own["warehouse"]},
			**{"disable_rounded_total": 1, "apply_discount_on": "Net Total", "discount_amount": float(asked.discount)},
			"remarks": " · ".join(filter(None, [visit.name, visit.plate_number, visit.vehicle and frappe.db.get_value("C4S Vehicle", visit.vehicle, "vin")])),
			"items": [{**line, **{field: value for field, value in own.items() if value}} for line in asked.lines],
		}
	)
	if store.tax_template:
		document.taxes_and_charges = store.tax_template
		document.append_taxes_from_master()
	return document
