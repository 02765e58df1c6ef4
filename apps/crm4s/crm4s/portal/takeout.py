"""All that concerns one customer, to take along: what the person said, gave and got, not what the store thinks of him or her.

One query a kind, so that it is made while the customer waits. What names colleagues, costs, margins, scores and other customers stays out.
"""

from dataclasses import dataclass
from datetime import date, datetime

import frappe
from frappe import _
from frappe.utils import cint

from crm4s.identity_numbers import number_of
from crm4s.portal import frame
from crm4s.portal.named import titles_of

CUSTOMER = "C4S Customer"
MOST_ROWS = 5000
PERSON = (
	*("customer_name", "customer_kind", "sex", "language", "email", "wechat", "province", "city", "district", "address_line", "postal_code"),
	*("identity_document_type", "identity_number", "birthday_calendar", "birthday", "lunar_birthday_text", "occupation", "income_band", "education"),
	*("household_size", "purchase_purpose", "purchase_need"),
)


@dataclass(frozen=True)
class Kind:
	"""Rows of a document type, and under which name they stand in the file.

	Attributes:
		whose: the field that names the customer.
	"""

	key: str
	title: str
	doctype: str
	fields: tuple[str, ...]
	order_by: str
	whose: str = "customer"
	where: tuple = ()


KINDS = (
	Kind("visits", "Service visits", "C4S Service Visit", ("visit_kind", "plate_number", "dealership", "arrived_on", "settled_on", "status", "concern", "odometer", "customer_amount", "invoice_number", "next_service_advice"), "arrived_on"),
	Kind("appointments", "Appointments", "C4S Service Appointment", ("kind", "plate_number", "dealership", "planned_from", "status", "concern", "channel", "cancel_reason", "pick_up_address"), "planned_from"),
	Kind("rescues", "Rescue and home service", "C4S Dispatch Order", ("kind", "plate_number", "called_on", "address", "latitude", "longitude", "concern", "status", "customer_amount"), "called_on"),
	Kind("deals", "Orders and purchases", "C4S Deal", ("deal_kind", "model", "exterior_colour", "vin", "dealership", "status", "list_price", "discount_amount", "price_amount", "total_amount", "paid_amount", "payment_method", "ordered_on", "promised_on", "delivered_on"), "creation"),
	Kind("test_drives", "Test drives", "C4S Test Drive", ("model", "dealership", "planned_from", "status", "driver_name", "masked_licence_number", "feedback"), "planned_from"),
	Kind("rentals", "Rentals", "C4S Car Rental", ("rental_kind", "plate_number", "dealership", "planned_from", "planned_to", "status", "kilometres", "total_amount"), "planned_from"),
	Kind("insurance", "Insurance policies", "C4S Insurance Policy", ("policy_number", "policy_kind", "insurer", "plate_number", "insured_name", "valid_from", "valid_until", "premium_total", "status"), "valid_from"),
	Kind("complaints", "Complaints", "C4S Complaint", ("subject", "dealership", "received_on", "description", "status", "solution", "satisfaction", "closed_on"), "received_on"),
	Kind("interactions", "Enquiries and conversations", "C4S Interaction", ("subject", "channel", "direction", "kind", "dealership", "received_on", "said", "answer", "status"), "received_on"),
	Kind("surveys", "Answered surveys", "C4S Survey Response", ("survey", "responded_on", "channel", "dealership", "score", "comment"), "responded_on"),
	Kind("messages", "Messages we sent", "C4S Message", ("purpose", "channel_kind", "masked_address", "sent_on", "subject", "sent_text"), "sent_on", where=(("status", "in", ("Sent", "Received by Customer")), ("channel_kind", "!=", "Desk Task"))),
	Kind("points", "Points", "C4S Points Entry", ("entry_kind", "points", "posted_on", "expires_on", "dealership"), "posted_on"),
	Kind("coupons", "Coupons", "C4S Coupon", ("code", "offer", "status", "valid_from", "valid_until", "redeemed_on", "amount"), "valid_from"),
	Kind("events", "Events", "C4S Event Registration", ("campaign", "status", "companions", "registered_on", "attended_on"), "registered_on"),
	Kind("consents", "Consents and withdrawals", "C4S Consent", ("purpose", "channel_kind", "decision", "means", "decided_on", "evidence"), "decided_on"),
	Kind("requests", "Data requests", "C4S Data Request", ("kind", "status", "creation", "decided_on", "reason", "words"), "creation"),
)


def build(customer: str) -> dict:
	"""`person`, `phones`, `interests`, `family`, `cars`, and the rows of each kind under its key; times as text, numbers as numbers."""
	file = frappe.get_doc(CUSTOMER, customer)
	return {
		"made_on": str(frappe.utils.now_datetime())[:19],
		"person": {field: value for field, value in {**{field: file.get(field) for field in PERSON}, "identity_number": number_of(file)}.items() if value},
		"phones": [{"phone": row.phone, "kind": row.kind, "is_primary": cint(row.is_primary)} for row in file.phones],
		"interests": [row.interest for row in file.interests],
		"family": [{"relation": row.relation} for row in file.relations],
		"cars": _cars(customer),
		**{kind.key: _rows(kind, customer) for kind in KINDS},
	}


def in_words(taken: dict) -> list[tuple[str, list[list[tuple[str, object]]]]]:
	"""The same for a reader: title and rows of label and value, without what is empty."""
	labels = frappe.get_meta(CUSTOMER)
	person = [(_(labels.get_label(field)), _said(value)) for field, value in taken["person"].items()]
	person += [(_("Phone"), row["phone"]) for row in taken["phones"]]
	person += [(_("Interests"), ", ".join(_(name) for name in taken["interests"]))] if taken["interests"] else []
	sections = [(_("Person"), [person]), (_("Cars"), _worded("C4S Vehicle", taken["cars"]))]
	sections += [(_(kind.title), _worded(kind.doctype, taken[kind.key])) for kind in KINDS]
	return [(title, rows) for title, rows in sections if rows]


def _rows(kind: Kind, customer: str) -> list[dict]:
	filters = [[kind.whose, "=", customer], *map(list, kind.where)]
	return frappe.get_all(kind.doctype, filters, list(kind.fields), order_by=f"{kind.order_by} desc", limit=MOST_ROWS)


def _cars(customer: str) -> list[dict]:
	"""Cars that the person owns or owned, drives or pays for, with the days on which that began and ended; nothing of other owners."""
	party, car = frappe.qb.DocType("C4S Vehicle Party"), frappe.qb.DocType("C4S Vehicle")
	return (
		frappe.qb.from_(party)
		.join(car)
		.on(car.name == party.parent)
		.select(car.vin, car.plate_number, car.vehicle_title, party.party_role, party.valid_from, party.valid_to)
		.where((party.parenttype == "C4S Vehicle") & (party.customer == customer))
		.orderby(party.valid_from, car.name)
		.run(as_dict=True)
	)


def _worded(doctype: str, rows: list[dict]) -> list[list[tuple[str, object]]]:
	meta, party = frappe.get_meta(doctype), frappe.get_meta("C4S Vehicle Party")
	kinds = {field.fieldname: field.fieldtype for field in (*party.fields, *meta.fields)}
	links = {field.fieldname: field.options for field in meta.fields if field.fieldtype == "Link"}
	titles = {field: _titles(links[field], {row.get(field) for row in rows}) for field in links if rows and field in rows[0]}

	def label(field: str) -> str:
		if field == "creation":
			return _("Asked on")
		return _((meta if meta.has_field(field) else party).get_label(field))

	def said(field: str, value):
		return titles[field].get(value) or _(value) if field in titles else _said(value, kinds.get(field))

	return [[(label(field), said(field, value)) for field, value in row.items() if value not in (None, "", 0)] for row in rows]


def _titles(doctype: str, names: set) -> dict[str, str]:
	"""Name → title, of a type of document that has titles; one query."""
	title = frappe.get_meta(doctype).title_field
	if not title or doctype == CUSTOMER:
		return {}
	return titles_of(doctype, names, title)


def _said(value, kind: str | None = "Select"):
	if isinstance(value, datetime):
		return frame.moment(value)
	if isinstance(value, date):
		return frame.day(value)
	if kind == "Currency":
		return frame.money(value)
	return _(value) if kind == "Select" and isinstance(value, str) else value
