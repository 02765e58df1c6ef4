"""Booking a service on one page, that fills up: car, what, store, day and time; who books is offered what the desk offers."""

from datetime import timedelta
from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.utils import escape_html

from crm4s.access.customers import take_up
from crm4s.appointments.capacity import Wish
from crm4s.portal import booking, frame, own, service, stores
from crm4s.portal.cars import cards
from crm4s.portal.form import Form
from crm4s.portal.own import VEHICLE
from crm4s.portal.routes import action, page
from crm4s.portal.viewer import Viewer

PATH = "/my/book"
# Field of a work's tick: these letters and its key.
WORK = "do-"


@page("my/book", "book.html", car=VEHICLE)
def book(viewer: Viewer, context, car: str | None):
	asked = Form(frappe.form_dict, {})
	offered = stores.with_workshop()
	cars = cards(viewer)
	context.update(tab="service", title=_("Book a Service"), cars=cars, car=None, stores=offered)
	car = car or next((each.name for each in cars), None)
	if not car or not offered:
		return
	store = _store(viewer, car, offered, asked.text("store"))
	works = booking.works_of(viewer, car)
	chosen = [work for work in works if asked.ticked(WORK + work["key"])]
	minutes = booking.minutes_of(chosen)
	days = booking.free_days(Wish(store.name, minutes))
	day = booking.chosen_day(days, asked.text("day"))
	kept = {"car": car, "store": store.name, **{WORK + work["key"]: "1" for work in chosen}}
	context.update(
		car=next(each for each in cars if each.name == car),
		store=store,
		works=works,
		chosen=chosen,
		kept=kept,
		minutes=minutes,
		price=sum(work["price"] for work in chosen),
		days=[{"day": each, "free": len(times), "path": f"{PATH}?{urlencode({**kept, 'day': str(each)})}#times"} for each, times in days.items()],
		day=day,
		times=days.get(day, []),
		lends=booking.has_courtesy_car(store.name, days.get(day, []), minutes),
		address=_address(viewer),
		expected=booking.expected(viewer, car),
	)


@action("my/book", "book", car=VEHICLE)
def confirm(viewer: Viewer, form: Form, car: str | None):
	if not car:
		raise own.NotYoursError
	offered = {store.name: store for store in stores.with_workshop()}
	store = offered[form.one_of("store", offered, _("Store"))]
	start = booking.moment_of(form.must("time", _("Time")))
	works = [work for work in booking.works_of(viewer, car) if form.ticked(WORK + work["key"])]
	end = start + timedelta(minutes=booking.minutes_of(works))
	values = {
		"dealership": store.name,
		"customer": service.customer_of(viewer, car),
		"vehicle": car,
		**service.contact_of(viewer),
		"channel": "Portal",
		"planned_from": start,
		"planned_to": end,
		"concern": form.text("concern", 1000) or None,
		"items": booking.rows_of(works),
		"courtesy_car": booking.courtesy_car(store.name, start, end) if form.ticked("courtesy") else None,
		**_pick_up(form),
	}
	take_up(values["customer"], store.name, _("Booked a service in the portal"))
	appointment = frappe.get_doc({"doctype": service.APPOINTMENT, **values}).insert(ignore_permissions=True)
	service.tell(appointment, appointment.service_advisor, lambda language: _("{0} booked for {1} in the portal.", language).format(escape_html(appointment.title), frame.moment(start)))
	frame.say(viewer, _("Booked: {0}, {1}.").format(frame.moment(start), store.dealership_name))
	return f"/my/appointments/{appointment.name}"


def _store(viewer: Viewer, car: str, offered: list, asked: str):
	"""The one that was asked for, else where the viewer was last, else the first."""
	wanted = (asked, booking.last_store(viewer, car))
	return next((store for name in wanted for store in offered if store.name == name), offered[0])


def _pick_up(form: Form) -> dict:
	if not form.ticked("pick_up"):
		return {}
	return {"pick_up": 1, "pick_up_address": form.must("pick_up_address", _("Where we fetch the car"), longest=300)}


def _address(viewer: Viewer) -> str:
	"""Where the viewer lives, if the street is known."""
	parts = frappe.db.get_value("C4S Customer", viewer.customer, ["province", "city", "district", "address_line"])
	return "".join(dict.fromkeys(filter(None, parts))) if parts[-1] else ""
