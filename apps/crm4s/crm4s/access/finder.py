"""What the desk's search bar finds: customers, cars and leads of the user's stores by number, plate, VIN or the beginning of a name.

The framework's own global search is not used for them: see docs/decisions/search-bar.md.
"""

from collections.abc import Callable
from functools import partial

import frappe
from frappe import _

from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.problem import value_or_none
from crm4s.identifiers.text import compact, without_wildcards
from crm4s.identifiers.vin import normalise_vin
from crm4s.settings import setting

CUSTOMER, VEHICLE, LEAD = "C4S Customer", "C4S Vehicle", "C4S Lead"
SHORTEST = 2
MOST_OF_A_KIND = 10
# Title first, then what tells two of the same title apart; phones as everybody may see them.
SHOWN = {
	CUSTOMER: ("customer_name", "masked_phone", "city"),
	VEHICLE: ("plate_number", "vin", "model"),
	LEAD: ("lead_name", "masked_phone", "status"),
}


@frappe.whitelist()
def find(text: str) -> list[dict]:
	"""Documents that match, as {doctype, name, title, detail}: customers, then cars, then leads, at most 10 of each.

	For those who may read one of these; of another store nothing is found, as in lists.
	"""
	finders = _finders(text)
	# To ask about a type costs a millisecond: only about those in which something is looked for.
	readable = [doctype for doctype in finders if frappe.has_permission(doctype, "read")]
	if not readable and not any(frappe.has_permission(doctype, "read") for doctype in SHOWN):
		frappe.throw(_("You may not look for customers, cars or leads."), frappe.PermissionError)
	return [_described(doctype, row) for doctype in readable for row in finders[doctype]()]


def _finders(text: str) -> dict[str, Callable[[], list[dict]]]:
	"""How to look for what was typed, in the order of SHOWN; no plate looks like a phone number."""
	text = without_wildcards(text)
	if len(text) < SHORTEST:
		return {}
	phone = value_or_none(normalise_phone, text, setting("default_region"))
	if phone:
		return {CUSTOMER: partial(_customers_of_phone, phone), LEAD: partial(_leads_of_phone, phone)}
	return {CUSTOMER: partial(_customers, text), VEHICLE: partial(_vehicles, text), LEAD: partial(_leads, text)}


def _customers_of_phone(phone: str) -> list[dict]:
	# The rows tell who has the number; whether the caller sees that customer is asked next.
	row = frappe.qb.DocType("C4S Customer Phone")
	named = frappe.qb.from_(row).select(row.parent).where((row.phone == phone) & (row.parenttype == CUSTOMER)).limit(MOST_OF_A_KIND).run(pluck=True)
	return _listed(CUSTOMER, name=["in", named]) if named else []


def _customers(text: str) -> list[dict]:
	return _listed(CUSTOMER, name=text.upper()) or _listed(CUSTOMER, customer_name=_begins_with(text))


def _vehicles(text: str) -> list[dict]:
	vin = value_or_none(normalise_vin, text)
	return _listed(VEHICLE, vin=vin) if vin else _listed(VEHICLE, plate_number=_begins_with(compact(text)))


def _leads_of_phone(phone: str) -> list[dict]:
	return _listed(LEAD, phone=phone)


def _leads(text: str) -> list[dict]:
	return _listed(LEAD, lead_name=_begins_with(text))


def _listed(doctype: str, **filters) -> list[dict]:
	"""The documents that the user may see; in the order of the searched field, so that its index answers and stops early."""
	return frappe.get_list(
		doctype, filters=filters, fields=["name", *SHOWN[doctype]], order_by=f"{next(iter(filters))} asc", limit=MOST_OF_A_KIND
	)


def _described(doctype: str, row: dict) -> dict:
	title, *details = (row.get(field) for field in SHOWN[doctype])
	details = [_(detail) if doctype == LEAD else detail for detail in details if detail]
	return {"doctype": doctype, "name": row["name"], "title": title or row["name"], "detail": " · ".join(details)}


def _begins_with(text: str) -> list[str]:
	return ["like", f"{text}%"]
