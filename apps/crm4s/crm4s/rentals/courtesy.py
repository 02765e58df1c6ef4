"""The courtesy car of a visit or an appointment. An appointment may have kept a car's time; the rental takes it over."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from crm4s import bookings
from crm4s.exceptions import RentalError

VISIT, APPOINTMENT, BOOKING = "C4S Service Visit", "C4S Service Appointment", "C4S Booking"
COURTESY = "Courtesy"


def validate(rental) -> None:
	"""A courtesy car belongs to a visit or an appointment of the same store and customer; a paid one to none."""
	if rental.rental_kind != COURTESY:
		rental.service_visit = rental.appointment = None
		return
	if not (rental.service_visit or rental.appointment):
		frappe.throw(_("A courtesy car belongs to a service visit or an appointment; choose it."), RentalError)
	for fieldname, doctype in (("service_visit", VISIT), ("appointment", APPOINTMENT)):
		if not rental.get(fieldname) or not rental.has_changed(fieldname, "dealership", "customer"):
			continue
		other = frappe.db.get_value(doctype, rental.get(fieldname), ["dealership", "customer", "status"], as_dict=True)
		if other.dealership != rental.dealership:
			frappe.throw(_("{0} {1} is of another store.").format(_(doctype), rental.get(fieldname)), RentalError)
		if other.customer != rental.customer:
			frappe.throw(_("{0} {1} is another customer's.").format(_(doctype), rental.get(fieldname)), RentalError)
		if other.status == "Cancelled":
			frappe.throw(_("{0} {1} is cancelled.").format(_(doctype), rental.get(fieldname)), RentalError)


def take_over(rental) -> None:
	"""Give back the time that the appointment keeps of courtesy cars: the rental books its own."""
	appointment = _appointment_of(rental)
	if not appointment or rental.booking:
		return
	held = {"reference_doctype": APPOINTMENT, "reference_name": appointment, "status": "Booked", "kind": "Courtesy Car"}
	for booking in frappe.get_all(BOOKING, held, pluck="name"):
		bookings.finish(booking, now_datetime())


def planned_for(service_visit: str | None = None, appointment: str | None = None) -> dict:
	"""What a courtesy car for this visit or appointment would say: customer, store, and the car and times that were kept."""
	doctype, name = (VISIT, service_visit) if service_visit else (APPOINTMENT, appointment)
	values = frappe.db.get_value(doctype, name, ["dealership", "customer"], as_dict=True)
	appointment = appointment or frappe.db.get_value(VISIT, service_visit, "appointment")
	kept = {}
	if appointment:
		row = frappe.db.get_value(APPOINTMENT, appointment, ["courtesy_car", "courtesy_from", "courtesy_to"], as_dict=True)
		if row.courtesy_car:
			kept = {"resource": row.courtesy_car, "planned_from": row.courtesy_from, "planned_to": row.courtesy_to}
	return {**values, **kept, "service_visit": service_visit, "appointment": appointment, "rental_kind": COURTESY}


def _appointment_of(rental) -> str | None:
	if rental.appointment or not rental.service_visit:
		return rental.appointment
	return frappe.db.get_value(VISIT, rental.service_visit, "appointment")
