"""How a visit begins."""

import frappe
from frappe.model.document import Document

from crm4s.access.vehicles import VEHICLE
from crm4s.edge import plain_refusal
from crm4s.identifiers.vin import normalise_vin

VISIT = "C4S Service Visit"


def open_visit(values: dict, ignore_permissions: bool = False) -> Document:
	"""A new visit at reception: `values` are fields of C4S Service Visit, `items` rows of C4S Service Item.

	Whoever calls asked for permission to make it; the visit's own rules are checked, and the customer has decided on nothing yet.

	Args:
		ignore_permissions: the visit follows from another document, whose own step asked who may.
	"""
	return frappe.get_doc({**values, "doctype": VISIT}).insert(ignore_permissions=ignore_permissions)


def car_with_vin(document, vin: str, model: str | None = None, confirmed: int = 0) -> str:
	"""The car of an appointment or an order that named it by its plate only: known by its VIN, or made now with the customer as its owner.

	Whether the user may see a car that is known is asked when the document is saved with it; who may make one was asked before.
	"""
	with plain_refusal():
		vin = normalise_vin(vin)
	existing = frappe.db.get_value(VEHICLE, {"vin": vin})
	if existing:
		return existing
	car = frappe.get_doc(
		{
			"doctype": VEHICLE,
			"vin": vin,
			"check_digit_confirmed": confirmed,
			"plate_number": document.plate_number,
			"model": model or None,
			"model_description": document.car_description or document.plate_number,
			"entered_as": "In Use",
			"dealership": document.dealership,
			"parties": [{"party_role": "Owner", "customer": document.customer}] if document.customer else [],
		}
	)
	return car.insert().name
