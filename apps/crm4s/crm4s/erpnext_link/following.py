"""What became of invoices in ERPNext: paid, credited, cancelled, amended. It comes back to the visit with what the parts cost."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping

import frappe
from frappe.utils import flt

from crm4s.erpnext_link import pairs
from crm4s.erpnext_link.invoice_rows import payment_state
from crm4s.erpnext_link.invoices import INVOICE, VISIT
from crm4s.erpnext_link.plan import Plan
from crm4s.erpnext_link.presence import RECORD
from crm4s.runs import commit
from crm4s.service.costs import take_costs

LINE = "Sales Invoice Item"
SLICE = 200


def follow(plan: Plan, has_time: Callable[[], bool]) -> None:
	"""Bring what differs. Compared with what we know, not by time: payments change an invoice past its events."""
	visits = sorted(_follow_amended() | _differing())
	for start in range(0, len(visits), SLICE):
		if not has_time():
			return
		bring(visits[start : start + SLICE])
		commit()


def _differing() -> set[str]:
	"""Visits one of whose invoices stands otherwise than we know; one query."""
	record, invoice = frappe.qb.DocType(RECORD), frappe.qb.DocType(INVOICE)
	joined = frappe.qb.from_(record).join(invoice).on(invoice.name == record.their_document)
	ours = (record.document_type == VISIT) & (record.their_type == INVOICE)
	differs = record.their_status.isnull() | (record.their_status != invoice.status) | (record.outstanding != invoice.outstanding_amount)
	return {name for (name,) in joined.where(ours & (differs | (record.amount != invoice.grand_total))).select(record.document).run()}


def _follow_amended() -> set[str]:
	"""Pairs whose invoice was amended by a person go over to the amendment; the visits concerned."""
	record, invoice = frappe.qb.DocType(RECORD), frappe.qb.DocType(INVOICE)
	joined = frappe.qb.from_(record).join(invoice).on(invoice.amended_from == record.their_document)
	rows = joined.where((record.document_type == VISIT) & (record.their_type == INVOICE)).select(record.name, record.document, invoice.name.as_("newer"))
	found = set()
	for row in rows.run(as_dict=True):
		pairs.note(row.name, their_document=row.newer, their_status=None, problem=None)
		found.add(row.document)
	return found


def bring(visits: Iterable[str]) -> None:
	"""Write state and open amount of these visits, and the costs of what was taken from stock."""
	by_visit = _invoices_of(visits)
	for visit, invoices in by_visit.items():
		for row in invoices:
			pairs.note(row.pair, their_status=row.status, outstanding=row.outstanding_amount, amount=row.grand_total)
		state, outstanding = payment_state([{"status": row.status, "outstanding": row.outstanding_amount} for row in invoices])
		frappe.db.set_value(VISIT, visit, {"payment_state": state, "outstanding_amount": float(outstanding)}, update_modified=False)
		take_costs(visit, _costs(row for row in invoices if row.update_stock and row.docstatus == 1))


def _invoices_of(visits: Iterable[str]) -> dict[str, list]:
	record, invoice = frappe.qb.DocType(RECORD), frappe.qb.DocType(INVOICE)
	joined = frappe.qb.from_(record).join(invoice).on(invoice.name == record.their_document)
	columns = (invoice.name, invoice.status, invoice.docstatus, invoice.outstanding_amount, invoice.grand_total, invoice.update_stock)
	asked = joined.where((record.document_type == VISIT) & (record.their_type == INVOICE) & record.document.isin(list(visits) or [""]))
	found = defaultdict(list)
	for row in asked.select(record.document, record.name.as_("pair"), record.agreed, *columns).run(as_dict=True):
		found[row.document].append(row)
	return found


def _costs(invoices: Iterable[Mapping]) -> dict[str, float]:
	"""Cost of a piece by row of the visit, as ERPNext valued what left its stock."""
	found: dict[str, float] = {}
	for invoice in invoices:
		rows = json.loads(invoice["agreed"] or "[]")
		lines = frappe.get_all(LINE, {"parent": invoice["name"]}, ["idx", "incoming_rate"], order_by="idx")
		found |= {rows[line.idx - 1]: flt(line.incoming_rate) for line in lines if line.idx <= len(rows) and flt(line.incoming_rate)}
	return found
