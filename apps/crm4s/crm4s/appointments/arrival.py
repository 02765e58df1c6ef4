"""The car is there: its visit is opened once, with what was planned."""

import frappe
from frappe import _
from frappe.utils import now_datetime

from crm4s.appointments.bookings_of import APPOINTMENT
from crm4s.exceptions import AppointmentError
from crm4s.service.reception import open_visit

COPIED = ("dealership", "customer", "vehicle", "service_advisor", "concern")
COPIED_OF_ITEM = ("item_kind", "part", "item_name", "quantity", "unit_price", "discount_amount", "minutes", "package")
EXPECTED = ("Booked", "No-Show")


def arrive(name: str) -> str:
	"""The name of the visit of an appointment; the same one, however often and by however many it is asked for."""
	# Of two who receive the same car the second waits here, and then finds the visit of the first.
	row = frappe.db.get_value(APPOINTMENT, name, ["service_visit", "status"], as_dict=True, for_update=True)
	if row.service_visit:
		return row.service_visit
	if row.status not in EXPECTED:
		frappe.throw(_("This appointment is {0}; book it again first.").format(_(row.status)), AppointmentError)
	appointment = frappe.get_doc(APPOINTMENT, name, for_update=True)
	if not appointment.vehicle:
		frappe.throw(_("Enter the car first, with the VIN that stands on it; its visit needs one."), AppointmentError)
	arrived_on = now_datetime()
	visit = open_visit(_visit_of(appointment, arrived_on))
	note_arrival(appointment, visit.name, arrived_on)
	return visit.name


def note_arrival(appointment, visit: str, arrived_on, ignore_permissions: bool = False) -> None:
	"""The one place where an appointment becomes arrived."""
	appointment.update({"status": "Arrived", "service_visit": visit, "arrived_on": arrived_on})
	appointment.save(ignore_permissions=ignore_permissions)


def items_of(appointment) -> list[dict]:
	"""What was planned, as rows of a visit."""
	return [{field: row.get(field) for field in COPIED_OF_ITEM} for row in appointment.items]


def _visit_of(appointment, arrived_on) -> dict:
	return {
		**{field: appointment.get(field) for field in COPIED},
		"visit_kind": appointment.kind,
		"appointment": appointment.name,
		"arrived_on": arrived_on,
		"items": items_of(appointment),
	}
