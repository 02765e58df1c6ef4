"""What becomes of an order: the service visit in which its fees are approved and settled, and the appointment behind it."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from crm4s.appointments import arrival
from crm4s.dispatch.standards import CANCELLED, TOWED
from crm4s.exceptions import DispatchError
from crm4s.service import approval
from crm4s.service.reception import open_visit

APPOINTMENT, RESOURCE = "C4S Service Appointment", "C4S Resource"
WORKSHOP, LABOUR, PART, OTHER = "Workshop", "Labour", "Part", "Other"
COPIED = ("dealership", "customer", "vehicle", "service_advisor", "concern", "odometer")
COPIED_OF_FEE = ("part", "item_name", "quantity", "unit_price", "discount_amount", "payer")


def open_visit_if_known(order) -> str | None:
	"""The name of the order's visit, opened once; None while customer or car are not known.

	The caller holds the order and asked for permission; on the road nobody may open visits by hand.
	"""
	if order.service_visit or order.status == CANCELLED or not (order.customer and order.vehicle):
		return order.service_visit
	visit = open_visit(_visit_of(order), ignore_permissions=True)
	order.service_visit = visit.name
	order.save_facts()
	if order.agreed_on:
		note = _("Agreed on site, order {0}").format(order.name)
		approval.decide(visit, {row.name: approval.APPROVED for row in visit.items}, approval.DESK, note)
	if order.appointment:
		_receive_appointment(order, visit)
	return visit.name


def open_missing_visit(order) -> str:
	"""The same for an order that ended before its customer or car were known; says what is still missing."""
	if not order.ended_on or order.status == CANCELLED:
		frappe.throw(_("The visit is opened when the team has finished."), DispatchError)
	visit = open_visit_if_known(order)
	if not visit:
		frappe.throw(_("Enter customer and car first; the visit needs both."), DispatchError)
	return visit


def cancel_appointment(order) -> None:
	if order.appointment:
		appointment = frappe.get_doc(APPOINTMENT, order.appointment, for_update=True)
		appointment.flags.by_dispatch = True
		appointment.update({"status": "Cancelled", "cancel_reason": order.cancel_reason})
		appointment.save(ignore_permissions=True)


def _visit_of(order) -> dict:
	is_towed = order.status == TOWED
	items = _items_of(order)
	if order.appointment:
		items = arrival.items_of(frappe.get_doc(APPOINTMENT, order.appointment)) + items
	return {
		**{field: order.get(field) for field in COPIED},
		"visit_kind": WORKSHOP if is_towed else order.kind,
		"appointment": order.appointment,
		"dispatch_order": order.name,
		# A towed car comes to the store, to another one the store comes.
		"arrived_on": order.ended_on if is_towed else order.arrived_on,
		# What cost nothing stands in the history as well.
		"items": items or [{"item_kind": OTHER, "item_name": _(order.trouble or order.kind), "quantity": 1, "unit_price": 0, "payer": order.payer}],
	}


def _items_of(order) -> list[dict]:
	user = frappe.db.get_value(RESOURCE, order.team, "user")
	rows = []
	for fee in order.fees:
		kind = fee.item_kind if fee.item_kind in (LABOUR, PART) else OTHER
		technician = {"technician": user} if user and kind == LABOUR else {}
		rows.append({"item_kind": kind, **{field: fee.get(field) for field in COPIED_OF_FEE}, **technician})
	return rows


def _receive_appointment(order, visit) -> None:
	appointment = frappe.get_doc(APPOINTMENT, order.appointment, for_update=True)
	appointment.flags.by_dispatch = True
	appointment.vehicle = appointment.vehicle or order.vehicle
	arrival.note_arrival(appointment, visit.name, order.arrived_on or now_datetime(), ignore_permissions=True)
