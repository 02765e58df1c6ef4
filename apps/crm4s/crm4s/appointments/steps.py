"""Another time, or none: what desk and portal do with an appointment. Who may is the caller's question."""

from datetime import datetime

import frappe
from frappe.utils import get_datetime

from crm4s.appointments.bookings_of import APPOINTMENT, BOOKED

CANCELLED = "Cancelled"


def move(name: str, start: datetime, end: datetime | None = None, chosen: dict | None = None, ignore_permissions: bool = False):
	"""The appointment at another time, as long as before if no end is given; one that was cancelled or missed is booked anew.

	Args:
		chosen: bay and technician, where somebody asked for them.

	Raises:
		SlotTakenError: somebody was faster; the sentence names the next three beginnings.
	"""
	appointment = frappe.get_doc(APPOINTMENT, name)
	lasts = get_datetime(appointment.planned_to) - get_datetime(appointment.planned_from)
	appointment.update({"planned_from": start, "planned_to": end or start + lasts, "status": BOOKED, **(chosen or {})})
	return appointment.save(ignore_permissions=ignore_permissions)


def cancel(name: str, reason: str, ignore_permissions: bool = False):
	"""What it took is free for others."""
	appointment = frappe.get_doc(APPOINTMENT, name)
	appointment.update({"status": CANCELLED, "cancel_reason": reason})
	return appointment.save(ignore_permissions=ignore_permissions)
