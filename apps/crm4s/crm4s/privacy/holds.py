"""What must not be erased for now: a law suit, an enquiry of an authority, an unpaid claim. Asked by erasure and by the periods of keeping."""

from collections.abc import Mapping, Sequence

import frappe
from frappe.utils import nowdate

HOLD = "C4S Legal Hold"
CUSTOMER, VEHICLE, PARTY = "C4S Customer", "C4S Vehicle", "C4S Vehicle Party"


def in_force() -> list:
	"""Holds of today: name, customer, vehicle, document_type, document, reason, held_until, placed_by. There are few."""
	rows = frappe.get_all(
		HOLD,
		{"released_on": ["is", "not set"]},
		["name", "customer", "vehicle", "document_type", "document", "reason", "held_until", "placed_by"],
		order_by="creation",
		limit_page_length=0,
	)
	today = nowdate()
	return [row for row in rows if not row.held_until or str(row.held_until) >= today]


def on_person(customer: str | None, documents: Mapping[str, Sequence[str]]) -> list:
	"""Holds that keep a person's documents: on the customer, on one of the cars, or on one of the documents."""
	holds = in_force()
	cars = _cars_of(customer) if customer and any(hold.vehicle for hold in holds) else set()
	return [
		hold
		for hold in holds
		if (hold.customer and hold.customer == customer) or hold.vehicle in cars or hold.document in documents.get(hold.document_type or "", ())
	]


def held(doctype: str, names: Sequence[str]) -> set[str]:
	"""Those of the documents that are held, themselves or by their customer or car."""
	holds = in_force()
	if not holds or not names:
		return set()
	found = {hold.document for hold in holds if hold.document_type == doctype}.intersection(names)
	for field, target in _links(doctype):
		wanted = [value for hold in holds if (value := hold.customer if target == CUSTOMER else hold.vehicle)]
		if wanted:
			found.update(frappe.get_all(doctype, {"name": ["in", list(names)], field: ["in", wanted]}, pluck="name", order_by=None))
	return found


def _links(doctype: str) -> list[tuple[str, str]]:
	return [(field.fieldname, field.options) for field in frappe.get_meta(doctype).get_link_fields() if field.options in (CUSTOMER, VEHICLE)]


def _cars_of(customer: str) -> set[str]:
	return set(frappe.get_all(PARTY, {"customer": customer, "parenttype": VEHICLE}, pluck="parent", distinct=True, order_by=None))
