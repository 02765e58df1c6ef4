"""One appointment: when, where, what, and another time or none as long as the car has not arrived."""

from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.utils import escape_html, get_datetime, now_datetime

from crm4s.appointments import steps
from crm4s.appointments.capacity import Wish
from crm4s.exceptions import AppointmentError
from crm4s.portal import booking, frame, own, service, stores
from crm4s.portal.form import Form
from crm4s.portal.matters import Matter, matters
from crm4s.portal.routes import action, page
from crm4s.portal.service import APPOINTMENT, BOOKED
from crm4s.portal.viewer import Viewer

PATH = "my/appointments/<appointment>"
LONGEST_REASON = 300
STATES = {BOOKED: "", "Arrived": "good", "No-Show": "bad", "Cancelled": "bad"}


@page(PATH, "appointment.html", appointment=APPOINTMENT)
def appointment(viewer: Viewer, context, appointment: str):
	document = frappe.get_doc(APPOINTMENT, appointment)
	car = frappe.db.get_value(own.VEHICLE, document.vehicle, ["plate_number", "plate_kind", "vehicle_title"], as_dict=True) if document.vehicle else None
	context.update(
		tab="service",
		title=_("Appointment"),
		appointment=document,
		state=_(document.status),
		colour=STATES[document.status],
		car=car,
		store=stores.one(document.dealership),
		shows_money=service.pays(viewer, document.customer),
		advisor=frappe.utils.get_fullname(document.service_advisor) if document.service_advisor else None,
		visit=_visit(viewer, document.service_visit),
		days=[],
		reasons=_reasons(),
		car_page=f"/my/cars/{document.vehicle}" if document.vehicle in viewer.cars else None,
	)
	if document.status == BOOKED:
		_show_times(context, document)


@action(PATH, "move", appointment=APPOINTMENT)
def move(viewer: Viewer, form: Form, appointment: str):
	_refuse_arrived(appointment)
	start = booking.moment_of(form.must("time", _("Time")))
	moved = steps.move(appointment, start, ignore_permissions=True)
	service.tell(moved, moved.service_advisor, lambda language: _("{0} moved the appointment to {1} in the portal.", language).format(escape_html(moved.title), frame.moment(start)))
	frame.say(viewer, _("Moved to {0}.").format(frame.moment(start)))


@action(PATH, "cancel", appointment=APPOINTMENT)
def cancel(viewer: Viewer, form: Form, appointment: str):
	_refuse_arrived(appointment)
	reason = form.one_of("reason", _reasons(), _("Reason"))
	said = form.text("words", LONGEST_REASON)
	cancelled = steps.cancel(appointment, ": ".join(filter(None, (reason, said))), ignore_permissions=True)
	service.tell(cancelled, cancelled.service_advisor, lambda language: _("{0} cancelled the appointment in the portal.", language).format(escape_html(cancelled.title)))
	frame.say(viewer, _("The appointment is cancelled. We hope to see you another time."))
	return "/my/service"


@matters
def coming(viewer: Viewer) -> list[Matter]:
	rows = own.rows(
		viewer, APPOINTMENT, "planned_from", "plate_number", "car_description",
		where=lambda table: (table.status == BOOKED) & (table.planned_to >= now_datetime()), order_by="planned_from",
	)
	return [
		Matter(_("Appointment {0}").format(frame.moment(row.planned_from)), f"/my/appointments/{row.name}", row.plate_number or row.car_description or "", row.planned_from)
		for row in rows
	]


def _show_times(context, document) -> None:
	"""The days and times to which it could be moved; those in which it lies now count as free."""
	asked = Form(frappe.form_dict, {}).text("day")
	wish = Wish(document.dealership, document.minutes(), document.kind, document.skill or None)
	days = booking.free_days(wish, without=document.name)
	day = booking.chosen_day(days, asked)
	path = f"/my/appointments/{document.name}"
	context.update(
		days=[{"day": each, "free": len(times), "path": f"{path}?{urlencode({'day': str(each)})}#move"} for each, times in days.items()],
		day=day,
		times=[time for time in days.get(day, []) if time != get_datetime(document.planned_from)],
	)


def _visit(viewer: Viewer, name: str | None) -> str | None:
	"""The visit that it became, where the viewer sees that."""
	return next((row.name for row in own.rows(viewer, service.VISIT, where=lambda table: table.name == name)), None) if name else None


def _refuse_arrived(name: str) -> None:
	"""Another tab may be older than what the desk did."""
	if frappe.db.get_value(APPOINTMENT, name, "status", for_update=True) != BOOKED:
		frappe.throw(_("The car has arrived, or the appointment is over; please call the store."), AppointmentError)


def _reasons() -> list[str]:
	return [_("I have no time then"), _("The trouble is gone"), _("I go elsewhere"), _("Another reason")]
