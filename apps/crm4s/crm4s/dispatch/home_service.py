"""Home services that were booked as appointments: on the board when their day comes, an order as soon as a team is sent.

Until then the appointment is the only document: who moves or cancels it changes what the board shows. From then on the order is, and
the appointment waits for its end.
"""

import frappe
from frappe import _
from frappe.utils import add_days, get_datetime, now_datetime, nowdate

from crm4s import bookings
from crm4s.dispatch import steps, teams
from crm4s.dispatch.standards import OPEN
from crm4s.exceptions import DispatchError

ORDER, APPOINTMENT, BOOKING = "C4S Dispatch Order", "C4S Service Appointment", "C4S Booking"
HOME_SERVICE, BOOKED = "Home Service", "Booked"
SHOWN = (
	*("name", "customer", "vehicle", "plate_number", "car_description", "model", "contact_name", "masked_phone", "concern"),
	*("planned_from", "planned_to", "technician", "title"),
)
COPIED = ("dealership", "customer", "vehicle", "plate_number", "car_description", "contact_name", "contact_phone", "concern", "service_advisor", "planned_from")
# What an order took over and must not change behind its back.
KEPT = ("status", "kind", "dealership", "customer", "planned_from", "planned_to", "technician")
MOST_SHOWN = 200


def waiting(dealership: str) -> list:
	"""Booked home services until the end of today to which no team was sent, as far as the user reads appointments."""
	if not frappe.has_permission(APPOINTMENT, "read"):
		return []
	filters = {"dealership": dealership, "kind": HOME_SERVICE, "status": BOOKED, "planned_from": ["<", add_days(nowdate(), 1)]}
	own = teams.only_teams_of()
	if own is not None:
		filters["technician"] = ["in", own or [""]]
	rows = frappe.get_list(APPOINTMENT, filters=filters, fields=list(SHOWN), order_by="planned_from", limit_page_length=MOST_SHOWN)
	sent = set(frappe.get_all(ORDER, {"appointment": ["in", [row.name for row in rows] or [""]], "status": ["in", OPEN]}, pluck="appointment"))
	return [row for row in rows if row.name not in sent]


def order_of(appointment: str, locking: bool = False) -> str | None:
	"""The order by which a team does this appointment now."""
	filters = {"appointment": appointment, "status": ["in", OPEN]}
	return frappe.db.get_value(ORDER, filters, "name", for_update=locking)


def send(name: str, team: str, address: str, position: dict, minutes: int | None = None) -> str:
	"""The name of the order: made once of the appointment, with a team that takes the time which was kept for it.

	Args:
		position: latitude and longitude, or nothing.
	"""
	held = frappe.get_all(BOOKING, {"reference_doctype": APPOINTMENT, "reference_name": name, "status": BOOKED, "kind": "Technician"}, ["name", "resource"])
	teams.lock(team, *(row.resource for row in held))
	appointment = frappe.get_doc(APPOINTMENT, name, for_update=True)
	if appointment.kind != HOME_SERVICE or appointment.status != BOOKED:
		frappe.throw(_("This appointment is {0}; book it again first.").format(_(appointment.status)), DispatchError)
	other = order_of(name, locking=True)
	if other:
		frappe.throw(_("A team was sent already, by order {0}.").format(other), DispatchError)
	with steps.all_or_nothing():
		order = draft_of(appointment).update({"address": address, **position})
		order.insert()
		order.appointment = name
		for row in held:
			bookings.finish(row.name, now_datetime())
		steps.send(order, team, minutes)
	return order.name


def draft_of(appointment):
	"""The order of an appointment as it would be; not saved."""
	lasts = get_datetime(appointment.planned_to) - get_datetime(appointment.planned_from)
	order = frappe.get_doc({"doctype": ORDER, "kind": HOME_SERVICE, **{field: appointment.get(field) for field in COPIED}})
	return order.update({"called_on": now_datetime(), "planned_minutes": int(lasts.total_seconds()) // 60})


def refuse_change_when_sent(appointment, event: str | None = None) -> None:
	"""While a team is on its way the appointment stays as it is; the order's own steps end it."""
	before = appointment.get_doc_before_save()
	if not before or appointment.kind != HOME_SERVICE or appointment.flags.by_dispatch or not appointment.has_changed(*KEPT):
		return
	order = order_of(appointment.name)
	if order:
		frappe.throw(_("A team was sent for this appointment; change order {0} instead.").format(order), DispatchError)
