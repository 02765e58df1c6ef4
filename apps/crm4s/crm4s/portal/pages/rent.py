"""A car for some days: lent while one's own is repaired, or rented; and the rental that became of it."""

import frappe
from frappe import _
from frappe.utils import add_days, escape_html, nowdate

from crm4s.access.customers import take_up
from crm4s.exceptions import RentalError
from crm4s.portal import frame, rentals, service, sheets, stores
from crm4s.portal.form import Form
from crm4s.portal.routes import action, page
from crm4s.portal.service import RENTAL
from crm4s.portal.viewer import Viewer

PATH = "my/rentals/<rental>"
PLANNED = "Planned"


@page("my/rent", "rent.html")
def rent(viewer: Viewer, context):
	asked = Form(frappe.form_dict, {})
	offered = stores.with_cars((rentals.RENTAL_CAR,))
	store = next((row for row in offered if row.name == asked.text("store")), offered[0] if offered else None)
	first, last = asked.text("first") or add_days(nowdate(), 1), asked.text("last") or add_days(nowdate(), 2)
	context.update(tab="service", title=_("Rent or Borrow a Car"), borrows=rentals.may_borrow_for(viewer), stores=offered, store=store, first=first, last=last)
	context.update(classes=[], period=None, refused=None)
	if not store:
		return
	try:
		context["period"] = rentals.period_of(store.name, first, last)
		context["classes"] = rentals.classes(store.name, context["period"])
	except RentalError as refusal:
		frappe.clear_last_message()
		context["refused"] = str(refusal)


@action("my/rent", "rent")
def take(viewer: Viewer, form: Form):
	store = form.one_of("store", [row.name for row in stores.with_cars((rentals.RENTAL_CAR,))], _("Store"))
	period = rentals.period_of(store, form.text("first"), form.text("last"))
	take_up(viewer.customer, store, _("Rented a car in the portal"))
	return _taken(viewer, rentals.rent(viewer, store, period, form.text("rental_class")))


@action("my/rent", "borrow")
def borrow(viewer: Viewer, form: Form):
	offered = {row.name: row for row in rentals.may_borrow_for(viewer)}
	return _taken(viewer, rentals.borrow(viewer, offered[form.one_of("for", offered, _("Appointment"))]))


@page(PATH, "rental.html", rental=RENTAL)
def rental(viewer: Viewer, context, rental: str):
	document = frappe.get_doc(RENTAL, rental)
	asked = frappe.form_dict.get(sheets.PAPER)
	if asked and frappe.request.method == "GET":
		return sheets.answer(document, asked)
	car = frappe.db.get_value("C4S Resource", document.resource, ["resource_name", "model"], as_dict=True)
	context.update(
		tab="service",
		title=_("Courtesy Car") if document.rental_kind == "Courtesy" else _("Rental Car"),
		rental=document,
		car=frappe.db.get_value("C4S Vehicle Model", car.model, "model_title") or car.resource_name,
		store=stores.one(document.dealership),
		papers=sheets.addresses(document, f"/my/rentals/{document.name}"),
		may_cancel=document.status == PLANNED,
	)


@action(PATH, "cancel", rental=RENTAL)
def cancel(viewer: Viewer, form: Form, rental: str):
	rentals.cancel(rental, form.text("words", 200) or _("Cancelled in the portal"))
	document = frappe.get_doc(RENTAL, rental)
	service.tell(document, document.advisor, lambda language: _("{0} cancelled the rental in the portal.", language).format(escape_html(document.title)))
	frame.say(viewer, _("The rental is cancelled."))
	return "/my/service"


def _taken(viewer: Viewer, document) -> str:
	service.tell(
		document, document.advisor, lambda language: _("{0} asked for a car from {1} on in the portal.", language).format(escape_html(document.title), frame.moment(document.planned_from))
	)
	frame.say(viewer, _("The car is kept for you. Bring your driving licence."))
	return f"/my/rentals/{document.name}"
