"""The store's printed sheets as PDF for the customer whom they are for. Whether it is the viewer's document was proven before."""

from urllib.parse import urlencode

import frappe
from werkzeug.wrappers import Response

from crm4s.papers.language import BEFORE
from crm4s.papers.offers import OFFERS, Offer
from crm4s.portal.own import NotYoursError

# The part of an address that names a sheet.
PAPER = "paper"
# What is for the customer: the reception sheet is signed at the desk, the hand-over sheet goes with the key.
FOR_CUSTOMERS = frozenset({"C4S Appointment Slip", "C4S Service Settlement", "C4S Service Quotation", "C4S Rental Agreement", "C4S Quotation"})


def offered(document) -> list[str]:
	"""The print formats that the document has for its customer now."""
	return list(_offers(document))


def addresses(document, path: str) -> list[tuple[str, str]]:
	"""Each sheet with its address: the page of the document, asked for the sheet."""
	return [(name, f"{path}?{urlencode({PAPER: name})}") for name in offered(document)]


def answer(document, print_format: str) -> Response:
	"""The sheet as a PDF.

	Raises:
		NotYoursError: the document has no such sheet now.
	"""
	offer = _offers(document).get(print_format)
	if not offer:
		raise NotYoursError
	printed = frappe.get_doc(offer.of[0], document.get(offer.of[1])) if offer.of else document
	return Response(_pdf(printed, print_format), content_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{document.name}.pdf"'})


def _offers(document) -> dict[str, Offer]:
	"""By print format; what the sheet of another document needs is the field that names it."""
	return {offer.print_format: offer for offer in OFFERS.get(document.doctype, ()) if offer.print_format in FOR_CUSTOMERS and _fits(offer, document)}


def _pdf(document, print_format: str) -> bytes:
	"""Frappe prints what the request's form names and asks for its own permissions: both are put back afterwards."""
	asked, language, flag = frappe.local.form_dict, frappe.local.lang, frappe.flags.ignore_print_permissions
	frappe.local.form_dict, frappe.flags.ignore_print_permissions = frappe._dict(), True
	try:
		return frappe.get_print(document.doctype, document.name, print_format, as_pdf=True)
	finally:
		frappe.local.form_dict, frappe.local.lang, frappe.flags.ignore_print_permissions = asked, language, flag
		frappe.flags.pop(BEFORE, None)


def _fits(offer: Offer, document) -> bool:
	is_of_time = not offer.statuses or document.status in offer.statuses
	return is_of_time and document.get("visit_kind") not in offer.not_for and all(document.get(field) for field in offer.needs)
