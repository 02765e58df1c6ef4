"""What the buttons on lead and showroom visit call, and whoever enters a prospect directly."""

import frappe
from frappe import _

from crm4s.access.customers import CUSTOMER, sees_customer, store_of_new_customer
from crm4s.access.required import require_permission
from crm4s.conversion.convert import CREATED, FOUND, LINKED, TAKEN_UP, Conversion, convert, convert_prospect, customer_with, once
from crm4s.conversion.prospects import direct_entry, prospect_of, require_source
from crm4s.reception.known import customers_with_phone, files_of
from crm4s.reception.lookup import find_in_group_once


@frappe.whitelist(methods=["POST"])
def preview(source_doctype: str, source_name: str) -> dict:
	"""What a conversion would do, for the dialog; for those who may write the source.

	Returns:
		situation: linked, own, group (another store's customer, masked in `found`) or new.
		candidates: files of the user's stores in which the same number stands unverified.
	"""
	require_may_convert(source_doctype, source_name)
	source = frappe.get_doc(source_doctype, source_name)  # nosemgrep: type-from-the-caller -- asked in the line above
	if source.customer:
		return {"situation": "linked", "customer": source.customer}
	prospect = prospect_of(source)
	existing = customer_with(prospect.phone)
	if existing and not sees_customer(existing):
		return {"situation": "group", "found": find_in_group_once(prospect.phone)}
	if existing:
		return {"situation": "own", "found": files_of([existing], prospect.dealership)}
	candidates = customers_with_phone(prospect.phone) if prospect.phone else []
	return {"situation": "new", "candidates": files_of(candidates, prospect.dealership)}


@frappe.whitelist(methods=["POST"])
def convert_document(source_doctype: str, source_name: str, reason: str | None = None, customer: str | None = None) -> dict:
	"""The customer of a lead or showroom visit; for those who may write it."""
	require_may_convert(source_doctype, source_name)
	return _answer(once(lambda: convert(source_doctype, source_name, reason, customer)))


@frappe.whitelist(methods=["POST"])
def enter_prospect(
	customer_name: str, phone: str | None = None, dealership: str | None = None, sex: str | None = None, reason: str | None = None
) -> dict:
	"""The customer of somebody who is entered directly, found or made; for those who may enter customers."""
	require_permission(CUSTOMER, "create")
	store = store_of_new_customer(dealership)
	prospect = direct_entry(customer_name, phone, store, sex)
	return _answer(once(lambda: convert_prospect(prospect, reason=reason)))


def require_may_convert(source_doctype: str, source_name: str) -> None:
	"""Refuse documents of other kinds, and whoever may not write the source."""
	require_source(source_doctype)
	if not frappe.has_permission(source_doctype, "write", doc=source_name):
		frappe.throw(_("You are not permitted to do this with {0}.").format(_(source_doctype)), frappe.PermissionError)


def _answer(conversion: Conversion) -> dict:
	name = frappe.db.get_value(CUSTOMER, conversion.customer, "customer_name")
	sentences = {
		CREATED: _("The customer's file of {0} was made."),
		FOUND: _("{0} is a customer already; the file is linked."),
		TAKEN_UP: _("{0} was a customer of another store; your store has taken him or her up."),
		LINKED: _("{0} was linked already."),
	}
	return {
		"customer": conversion.customer,
		"outcome": conversion.outcome,
		"sentence": sentences[conversion.outcome].format(frappe.bold(frappe.utils.escape_html(name))),
	}
