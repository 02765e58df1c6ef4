"""Who comes or waits with which car, as an appointment and a dispatch order say it: by the files, or by what the caller says."""

import frappe

from crm4s.access.own_work import entered_by
from crm4s.edge import plain_refusal
from crm4s.identifiers.masking import mask_phone
from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.plate import normalise_plate
from crm4s.settings import setting

RELATIONSHIP = "C4S Store Relationship"


def take_contact_from_customer(document) -> None:
	"""What is left empty; whether the customer may be linked was asked before."""
	if not document.customer or (document.contact_name and document.contact_phone):
		return
	customer = frappe.db.get_value("C4S Customer", document.customer, ["customer_name", "primary_phone"], as_dict=True)
	document.contact_name = document.contact_name or customer.customer_name
	document.contact_phone = document.contact_phone or customer.primary_phone


def normalise_contact_phone(document) -> None:
	if document.contact_phone and document.has_changed("contact_phone"):
		with plain_refusal():
			document.contact_phone = normalise_phone(document.contact_phone, setting("default_region"))
	document.masked_phone = mask_phone(document.contact_phone) if document.contact_phone else None


def name_car(document) -> bool:
	"""Whether it is said which car: by its file, which may follow later, by the plate, or by what the caller calls it."""
	if document.vehicle:
		document.plate_number, document.model = frappe.db.get_value("C4S Vehicle", document.vehicle, ["plate_number", "model"])
		document.car_description = None
		return True
	document.model = None
	if document.plate_number:
		with plain_refusal():
			document.plate_number = normalise_plate(document.plate_number)
	return bool(document.plate_number or (document.car_description or "").strip())


def take_advisor(document) -> None:
	"""Whoever enters it, if that is an advisor; else the one who knows the customer."""
	if document.service_advisor or not document.is_new():
		return
	document.service_advisor = entered_by("C4S Service Advisor") or (
		document.customer
		and frappe.db.get_value(RELATIONSHIP, {"customer": document.customer, "dealership": document.dealership}, "service_advisor")
	)
