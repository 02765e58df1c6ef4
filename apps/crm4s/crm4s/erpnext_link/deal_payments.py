"""Money that was received for a deal as payment entries. Which account it went to, ERPNext knows by its mode of payment."""

from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import flt, getdate

from crm4s.crm4s.doctype.c4s_deal.payments import DEPOSIT, PAYMENT, REFUND
from crm4s.erpnext_link import customers_there, drafts, pairs
from crm4s.erpnext_link.names import DEAL, INVOICE, ORDER
from crm4s.erpnext_link.names import PAYMENT as ENTRY
from crm4s.erpnext_link.plan import Plan
from crm4s.erpnext_link.presence import RECORD

SUBMITTED = 1
# By what the settings say of payments, the kinds that are sent. A deposit that goes back is sent as well.
KINDS = {"Deposits": (DEPOSIT, REFUND), "All": (DEPOSIT, PAYMENT, REFUND)}


def make(deal, plan: Plan) -> None:
	"""Entries for rows that have none; a row never changes, so an entry never does."""
	for row in deal.payments:
		if row.kind not in KINDS.get(plan.payments_sent, ()):
			continue
		pair = pairs.of_ours(DEAL, [deal.name], ENTRY, row.name).get(deal.name)
		if not pairs.is_known(pair):
			pairs.tried(DEAL, deal.name, ENTRY, lambda: _make(deal, row, plan), part=row.name)  # noqa: B023, called at once


def names_there(deal) -> list[str]:
	"""Of all entries of a deal."""
	asked = {"document_type": DEAL, "document": deal.name, "their_type": ENTRY, "their_document": ["is", "set"]}
	return frappe.get_all(RECORD, asked, pluck="their_document")


def _make(deal, row, plan: Plan) -> None:
	store = plan.stores[deal.dealership]
	mode, account = _account(row.method, store.company, plan)
	is_refund = row.kind == REFUND
	entry = frappe.new_doc(ENTRY)
	entry.update(
		{
			**{"payment_type": "Pay" if is_refund else "Receive", "company": store.company, "posting_date": getdate(row.paid_on)},
			**{"party_type": "Customer", "party": customers_there.of(deal.customer, plan), "mode_of_payment": mode},
			**{"paid_from" if is_refund else "paid_to": account, "paid_amount": row.amount, "received_amount": row.amount},
			**{"source_exchange_rate": 1, "target_exchange_rate": 1, "cost_center": store.cost_center or None},
			**{"reference_no": row.reference or deal.name, "reference_date": getdate(row.paid_on)},
		}
	)
	if not is_refund:
		_refer(entry, deal, row.amount)
	drafts.insert(entry, DEAL, deal.name, row.name, our_stamp=row.paid_on, amount=row.amount)
	if plan.submits_payments:
		entry.submit()


def _account(method: str, company: str, plan: Plan) -> tuple[str, str]:
	"""Mode of payment and account.

	Raises:
		frappe.ValidationError: the settings name no mode, or ERPNext has no account for it.
	"""
	mode = plan.ways.get(method)
	if not mode:
		frappe.throw(_("{0} has no mode of payment; add a row for it under Ways of Payment in the ERPNext Settings.").format(_(method)))
	account = frappe.db.get_value("Mode of Payment Account", {"parent": mode, "company": company}, "default_account")
	if not account:
		frappe.throw(_("Mode of payment {0} has no account in company {1}; name one in ERPNext.").format(_(mode), company))
	return mode, account


def _refer(entry, deal, amount: float) -> None:
	"""The entry belongs to the deal's invoice, or before there is one to its order, as far as that is open."""
	for doctype, is_open in ((INVOICE, lambda found: found.outstanding_amount), (ORDER, lambda found: found.grand_total - found.advance_paid)):
		found = _submitted(doctype, deal)
		part = min(flt(amount, 2), flt(is_open(found), 2)) if found else 0
		if part > 0:
			entry.append("references", {"reference_doctype": doctype, "reference_name": found.name, "allocated_amount": part})
			return


def _submitted(doctype: str, deal) -> Mapping | None:
	pair = pairs.of_ours(DEAL, [deal.name], doctype).get(deal.name)
	columns = ["name", "grand_total", "outstanding_amount" if doctype == INVOICE else "advance_paid"]
	asked = {"name": pair.their_document, "docstatus": SUBMITTED} if pair and pair.their_document else None
	return frappe.db.get_value(doctype, asked, columns, as_dict=True) if asked else None
