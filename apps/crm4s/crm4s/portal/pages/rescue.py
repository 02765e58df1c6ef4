"""Roadside rescue: where, which car, what is wrong; and how far the help is."""

import frappe
from frappe import _

from crm4s.dispatch.standards import CANCELLED, ENDED, TOWED
from crm4s.dispatch.steps import ORDER
from crm4s.interactions.origin import store_for
from crm4s.portal import frame, matters, own, rescue
from crm4s.portal.cars import cards
from crm4s.portal.form import Form
from crm4s.portal.matters import Matter
from crm4s.portal.own import VEHICLE
from crm4s.portal.routes import action, page
from crm4s.portal.uploads import MOST, read_pictures
from crm4s.portal.viewer import Viewer
from crm4s.portal.voices import own_store

PATH = "my/rescue"


@page(PATH, "rescue.html", car=VEHICLE)
def rescue_page(viewer: Viewer, context, car: str | None):
	cars = [(shown.name, " · ".join(filter(None, (shown.plate_number, shown.model_title))) or shown.title) for shown in cards(viewer)]
	orders = rescue.shown_orders(viewer)
	for order in orders:
		order.line, order.sentence = _line(order), _sentence(order)
	context.update(
		tab="home",
		title=_("Roadside Rescue"),
		orders=orders,
		emergency=_emergency(store_for(viewer.customer, own_store(viewer, car))),
		cars=cars,
		car=car or (cars[0][0] if len(cars) == 1 else ""),
		troubles=rescue.troubles(),
		phone=frame.phone(frappe.db.get_value("C4S Customer", viewer.customer, "primary_phone")),
		most_photos=MOST,
	)


@action(PATH, "call", car=VEHICLE)
def call(viewer: Viewer, form: Form, car: str | None):
	place = rescue.position(form.text("latitude", 20), form.text("longitude", 20))
	where = form.text("where", 500) if place else form.must("where", _("Where the car is"), longest=500)
	described = "" if car else form.must("described", _("Which car"))
	number = rescue.call(
		viewer,
		trouble=form.one_of("trouble", rescue.troubles(), _("What is wrong")),
		car=car,
		described=described,
		where=where,
		place=place,
		phone=form.must("phone", _("Phone to call back"), longest=40),
		words=form.text("words", 1000),
		pictures=read_pictures(form.files, "photos"),
	)
	frame.say(viewer, _("Help is called under number {0}. Stay in a safe place.").format(number))
	return f"/{PATH}"


@action(PATH, "cancel", order=ORDER)
def cancel(viewer: Viewer, form: Form, order: str | None):
	if not order:
		raise own.NotYoursError
	rescue.cancel(order, _("The customer cancelled it in the portal"))
	frame.say(viewer, _("The call is cancelled."))


@matters.matters
def help_on_its_way(viewer: Viewer) -> list[Matter]:
	return [Matter(_("Roadside rescue"), f"/{PATH}", _sentence(order), order.called_on, asks=True) for order in rescue.shown_orders(viewer) if order.status not in ENDED]


def _emergency(store: str | None) -> str | None:
	"""The number to call at once."""
	phones = store and frappe.db.get_value(rescue.DEALERSHIP, store, ["rescue_phone", "phone"])
	return next(filter(None, phones or ()), None)


def _line(order) -> list[dict]:
	"""The steps of an order: `label` and whether it is `done` or `now`."""
	if order.status == CANCELLED:
		return []
	steps = [*rescue.STEPS[:-1], TOWED if order.status == TOWED else rescue.STEPS[-1]]
	reached = steps.index(order.status)
	return [{"label": _(step), "done": place < reached or order.status in ENDED, "now": place == reached} for place, step in enumerate(steps)]


def _sentence(order) -> str:
	by = frame.clock(order.arrive_by)
	return {
		"Called": _("We have your call and are sending a team; it should be with you by {0}.").format(by) if by else _("We have your call and are sending a team."),
		"Dispatched": _("A team has your call; it should be with you by {0}.").format(by) if by else _("A team has your call."),
		"On the Way": _("The team is on its way; it should be with you by {0}.").format(by) if by else _("The team is on its way."),
		"On Site": _("The team is with you."),
		"Solved": _("Solved. Have a safe journey."),
		"Towed": _("The car is being brought to the store."),
		"Cancelled": _("The call was cancelled."),
	}[order.status]
