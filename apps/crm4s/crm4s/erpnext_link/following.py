"""What became of documents in ERPNext: submitted, paid, credited, cancelled, amended, deleted. It comes back to visit and deal with what was sold from stock."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import frappe
from frappe.utils import flt
from pypika.functions import Coalesce, Max, Sum

from crm4s.crm4s.doctype.c4s_deal.costs import take_cost
from crm4s.erpnext_link import deals, pairs
from crm4s.erpnext_link.invoice_rows import payment_state
from crm4s.erpnext_link.names import DEAL, INVOICE, NOTE, ORDER, PAYMENT, VISIT
from crm4s.erpnext_link.plan import Plan
from crm4s.erpnext_link.presence import RECORD
from crm4s.runs import commit
from crm4s.service.costs import take_costs

# Ours that have documents there, and what these are.
OF = {VISIT: (INVOICE,), DEAL: (ORDER, NOTE, INVOICE, PAYMENT)}
THEIRS = (ORDER, NOTE, INVOICE, PAYMENT)
SLICE = 200


def follow(plan: Plan, has_time: Callable[[], bool]) -> None:
	"""Bring what differs. Compared with what we know, not by time: payments change an invoice past its events."""
	changed = _amended() | _deleted() | _moved() | _paid_or_credited()
	for document_type, work in ((VISIT, bring), (DEAL, lambda names: _bring_deals(names, plan))):
		names = sorted(name for found, name in changed if found == document_type)
		for start in range(0, len(names), SLICE):
			if not has_time():
				return
			work(names[start : start + SLICE])
			commit()


# What differs: kind and name of ours


def _amended() -> set[tuple[str, str]]:
	"""Pairs whose document was amended by a person go over to the amendment."""
	found = set()
	for their_type in THEIRS:
		record, theirs = frappe.qb.DocType(RECORD), frappe.qb.DocType(their_type)
		joined = frappe.qb.from_(record).join(theirs).on(theirs.amended_from == record.their_document)
		rows = joined.where((record.their_type == their_type)).select(record.name, record.document_type, record.document, theirs.name.as_("newer"))
		for row in rows.run(as_dict=True):
			pairs.note(row.name, their_document=row.newer, their_status=None, problem=None)
			found.add((row.document_type, row.document))
	return found


def _deleted() -> set[tuple[str, str]]:
	"""Drafts that a person deleted."""
	found = set()
	for their_type in THEIRS:
		record, theirs = frappe.qb.DocType(RECORD), frappe.qb.DocType(their_type)
		joined = frappe.qb.from_(record).left_join(theirs).on(theirs.name == record.their_document)
		gone = record.their_document.isnotnull() & theirs.name.isnull()
		for row in joined.where((record.their_type == their_type) & gone).select(record.name, record.document_type, record.document).run(as_dict=True):
			pairs.note(row.name, their_document=None, their_status=pairs.DELETED, amount=0, outstanding=0)
			found.add((row.document_type, row.document))
	return found


def _moved() -> set[tuple[str, str]]:
	"""Orders, delivery notes and payments whose status is another one; it is noted at once."""
	found = set()
	for their_type in (ORDER, NOTE, PAYMENT):
		record, theirs = frappe.qb.DocType(RECORD), frappe.qb.DocType(their_type)
		joined = frappe.qb.from_(record).join(theirs).on(theirs.name == record.their_document)
		differs = record.their_status.isnull() | (record.their_status != theirs.status)
		total = theirs.paid_amount if their_type == PAYMENT else theirs.grand_total
		asked = joined.where((record.their_type == their_type) & differs)
		for row in asked.select(record.name, record.document_type, record.document, theirs.status, total.as_("amount")).run(as_dict=True):
			pairs.note(row.name, their_status=row.status, amount=row.amount)
			found.add((row.document_type, row.document))
	return found


def _paid_or_credited() -> set[tuple[str, str]]:
	"""Those one of whose invoices, with the credit notes against it, stands otherwise than we know; one query."""
	record, invoice = frappe.qb.DocType(RECORD), frappe.qb.DocType(INVOICE)
	asked, outstanding, amount = _with_credits(record, invoice)
	known = (record.their_status == invoice.status) & (record.outstanding == outstanding) & (record.amount == amount)
	differs = record.their_status.isnull() | known.negate()
	rows = asked.having(differs).select(record.document_type, record.document, record.their_status, record.outstanding, record.amount, invoice.status)
	return {(row[0], row[1]) for row in rows.run()}


def _with_credits(record, invoice):
	"""Invoices of pairs, one row each, with what is open of them and what they come to once their credit notes are counted."""
	credit = frappe.qb.DocType(INVOICE).as_("credit")
	against = (credit.return_against == invoice.name) & (credit.docstatus == 1)
	joined = frappe.qb.from_(record).join(invoice).on(invoice.name == record.their_document).left_join(credit).on(against)
	asked = joined.where(record.their_type == INVOICE).groupby(record.name)
	outstanding = Max(invoice.outstanding_amount) + Coalesce(Sum(credit.outstanding_amount), 0)
	return asked, outstanding, Max(invoice.grand_total) + Coalesce(Sum(credit.grand_total), 0)


# What comes back


def bring(visits: Iterable[str]) -> None:
	"""Write state and open amount of these visits, and the costs of what was taken from stock."""
	for visit, invoices in _invoices_of(VISIT, visits).items():
		_note_payment(VISIT, visit, invoices)
		take_costs(visit, _costs(row for row in invoices if row.update_stock and row.docstatus == 1))


def _bring_deals(names: Iterable[str], plan: Plan) -> None:
	"""The same of deals, and what waited for the step that was taken there."""
	by_deal = _invoices_of(DEAL, names)
	for name in names:
		_note_payment(DEAL, name, by_deal.get(name, []))
	for name, cost in _costs_of_cars(names).items():
		take_cost(name, cost)
	deals.bring(names, plan)


def _note_payment(document_type: str, name: str, invoices: Iterable[Mapping]) -> None:
	for row in invoices:
		pairs.note(row["pair"], their_status=row["status"], outstanding=row["outstanding"], amount=row["amount"])
	state, outstanding = payment_state(invoices)
	frappe.db.set_value(document_type, name, {"payment_state": state, "outstanding_amount": float(outstanding)}, update_modified=False)


def _invoices_of(document_type: str, names: Iterable[str]) -> dict[str, list]:
	record, invoice = frappe.qb.DocType(RECORD), frappe.qb.DocType(INVOICE)
	asked, outstanding, amount = _with_credits(record, invoice)
	asked = asked.where((record.document_type == document_type) & record.document.isin(list(names) or [""]))
	columns = (record.document, record.name.as_("pair"), record.agreed, invoice.name, invoice.status, invoice.docstatus, invoice.update_stock)
	found = defaultdict(list)
	for row in asked.select(*columns, outstanding.as_("outstanding"), amount.as_("amount")).run(as_dict=True):
		found[row.document].append(row)
	return found


def _costs(invoices: Iterable[Mapping]) -> dict[str, float]:
	"""Cost of a piece by row of the visit, as ERPNext valued what left its stock."""
	found: dict[str, float] = {}
	for invoice in invoices:
		rows = json.loads(invoice["agreed"] or "[]")
		lines = frappe.get_all(f"{INVOICE} Item", {"parent": invoice["name"]}, ["idx", "incoming_rate"], order_by="idx")
		found |= {rows[line.idx - 1]: flt(line.incoming_rate) for line in lines if line.idx <= len(rows) and flt(line.incoming_rate)}
	return found


def _costs_of_cars(names: Iterable[str]) -> dict[str, float]:
	"""By deal, at what ERPNext valued the car that left its stock; the car is the first line."""
	record, line = frappe.qb.DocType(RECORD), frappe.qb.DocType(f"{NOTE} Item")
	joined = frappe.qb.from_(record).join(line).on((line.parent == record.their_document) & (line.docstatus == 1) & (line.idx == 1))
	asked = joined.where((record.document_type == DEAL) & (record.their_type == NOTE) & record.document.isin(list(names) or [""]))
	return {name: flt(rate) for name, rate in asked.select(record.document, line.incoming_rate).run() if flt(rate)}
