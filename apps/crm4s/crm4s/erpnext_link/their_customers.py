"""Customers as ERPNext has them: the customer, its primary contact and its primary address."""

from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe.utils import cstr

from crm4s.erpnext_link.our_customers import ADDRESS, DISABLED, EMAIL, KIND, NAME, ORGANISATION, PERSON, PHONE, TAX_NUMBER
from crm4s.erpnext_link.plan import Plan
from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.problem import Problem
from crm4s.rows.writer import read_rows
from crm4s.settings import setting

CUSTOMER, CONTACT, PLACE = "Customer", "Contact", "Address"
COLUMNS = ("name", "customer_name", "customer_type", "tax_id", "disabled", "customer_primary_contact", "customer_primary_address", "modified")
# Theirs, in the order of our_customers.ADDRESS_FIELDS.
PLACE_FIELDS = ("state", "city", "county", "address_line1", "pincode")
INDIVIDUAL, COMPANY = "Individual", "Company"


def read(names: Iterable[str]) -> dict[str, dict]:
	"""Rows by name, with phone, e-mail, address, and `changed_on`, when the newest of the three was changed; three queries."""
	rows = {row.name: row for row in read_rows(CUSTOMER, "name", names, COLUMNS)}
	contacts = _parts(CONTACT, rows.values(), "customer_primary_contact", ("mobile_no", "phone", "email_id"))
	places = _parts(PLACE, rows.values(), "customer_primary_address", PLACE_FIELDS)
	return {name: _whole(row, contacts, places) for name, row in rows.items()}


def _parts(doctype: str, rows: Iterable[Mapping], field: str, columns: tuple[str, ...]) -> dict[str, Mapping]:
	names = {row[field] for row in rows if row[field]}
	return {row.name: row for row in read_rows(doctype, "name", names, ("name", "modified", *columns))}


def _whole(row: Mapping, contacts: Mapping, places: Mapping) -> dict:
	contact, place = contacts.get(row["customer_primary_contact"]), places.get(row["customer_primary_address"])
	changed_on = max(part["modified"] for part in (row, contact, place) if part)
	return {**row, "contact": contact, "place": place, "changed_on": changed_on}


def values(row: Mapping) -> dict[str, Any]:
	"""In our form: phones in E.164; a phone that is none is not said."""
	contact, place = row["contact"] or {}, row["place"]
	return {
		NAME: row["customer_name"],
		KIND: PERSON if row["customer_type"] == INDIVIDUAL else ORGANISATION,
		TAX_NUMBER: (row["tax_id"] or "").strip().upper() or None,
		DISABLED: bool(row["disabled"]),
		PHONE: phone_of(contact.get("mobile_no") or contact.get("phone")),
		EMAIL: contact.get("email_id") or None,
		ADDRESS: tuple(cstr(place[field]) for field in PLACE_FIELDS) if place else None,
	}


def phone_of(raw: str | None) -> str | None:
	try:
		return normalise_phone(raw, setting("default_region")) if raw else None
	except Problem:
		return None


def create(said: Mapping[str, Any], plan: Plan):
	"""A new customer with contact and address, which ERPNext makes itself of what the customer brings along."""
	document = frappe.new_doc(CUSTOMER)
	document.update({"customer_name": said[NAME], "tax_id": said[TAX_NUMBER], "disabled": int(said[DISABLED]), "territory": plan.territory or None})
	_write_kind(document, said[KIND], plan)
	document.update({"mobile_no": said[PHONE], "email_id": said[EMAIL]})
	if said[ADDRESS]:
		document.update({**_place(said[ADDRESS]), "country": _country()})
	return document.insert()


def write(row: Mapping, changes: Mapping[str, Any], plan: Plan) -> None:
	"""Write into customer, contact and address what differs.

	Args:
		row: as `read` gave it.
	"""
	document = frappe.get_doc(CUSTOMER, row["name"], for_update=True)
	if PHONE in changes or EMAIL in changes:
		_write_contact(document, changes)
	if ADDRESS in changes:
		_write_place(document, changes[ADDRESS])
	for field, column in ((NAME, "customer_name"), (TAX_NUMBER, "tax_id"), (DISABLED, "disabled")):
		if field in changes:
			document.set(column, changes[field])
	if KIND in changes:
		_write_kind(document, changes[KIND], plan)
	document.save()


def _write_kind(document, kind: str, plan: Plan) -> None:
	document.customer_type = INDIVIDUAL if kind == PERSON else COMPANY
	group = plan.private_group if kind == PERSON else plan.organisation_group
	document.customer_group = group or document.customer_group


def _write_contact(document, changes: Mapping[str, Any]) -> None:
	if document.customer_primary_contact:
		contact = frappe.get_doc(CONTACT, document.customer_primary_contact, for_update=True)
	else:
		contact = frappe.get_doc({"doctype": CONTACT, "first_name": document.customer_name, "is_primary_contact": 1})
		contact.append("links", {"link_doctype": CUSTOMER, "link_name": document.name})
	if PHONE in changes:
		_write_number(contact, changes[PHONE])
	if EMAIL in changes:
		_write_letter_box(contact, changes[EMAIL])
	contact.save()
	document.customer_primary_contact = contact.name


def _write_number(contact, phone: str | None) -> None:
	"""The others of the contact stay, unmarked."""
	kept = [row for row in contact.phone_nos if not row.is_primary_mobile_no and phone_of(row.phone) != phone]
	contact.set("phone_nos", kept)
	if phone:
		contact.append("phone_nos", {"phone": phone, "is_primary_mobile_no": 1})


def _write_letter_box(contact, email: str | None) -> None:
	kept = [row for row in contact.email_ids if not row.is_primary and row.email_id != email]
	contact.set("email_ids", kept)
	if email:
		contact.append("email_ids", {"email_id": email, "is_primary": 1})


def _write_place(document, address: tuple | None) -> None:
	if not address:
		document.customer_primary_address = None
		return
	if document.customer_primary_address:
		place = frappe.get_doc(PLACE, document.customer_primary_address, for_update=True)
	else:
		place = frappe.get_doc({"doctype": PLACE, "address_title": document.customer_name, "address_type": "Billing", "is_primary_address": 1})
		place.append("links", {"link_doctype": CUSTOMER, "link_name": document.name})
		place.country = _country()
	place.update(_place(address))
	place.save()
	document.customer_primary_address = place.name


def _place(address: tuple) -> dict:
	return dict(zip(PLACE_FIELDS, address, strict=True))


def _country() -> str:
	return frappe.db.get_single_value("System Settings", "country") or "China"
