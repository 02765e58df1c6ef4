"""The viewer's car in payment, or for sale: what it is, photos of it, and the store's offer."""

import frappe
from frappe import _
from frappe.utils import flt, getdate, nowdate

from crm4s.exceptions import OfferExpiredError
from crm4s.portal import asking, frame, own, uploads
from crm4s.portal.cars import cards
from crm4s.portal.matters import Matter, matters
from crm4s.portal.routes import action, page
from crm4s.portal.viewer import Viewer
from crm4s.value.appraisal_steps import ACCEPTED, BOUGHT, DRAFT, EXPIRED, OFFERED, REFUSED

PATH, APPRAISAL, VEHICLE = "my/trade-in", "C4S Used Car Appraisal", "C4S Vehicle"
FIELDS = ("title", "status", "dealership", "plate_number", "model_description", "odometer", "appraised_on", "offer_amount", "subsidy_amount", "offer_valid_until", "refusal_reason", "deal")
# Of a draft no amount is shown: nobody has offered it yet.
TOLD = (OFFERED, ACCEPTED, EXPIRED, BOUGHT)
CONDITIONS = ("No Accident", "Minor Accident", "Major Accident", "Flood or Fire")
# Field of the form, area of the appraisal, how many.
PHOTOS = (("photo_front", "Front Left", 1), ("photo_rear", "Rear Right", 1), ("photo_interior", "Interior", 1), ("photo_instruments", "Instruments", 1), ("photo_damage", "Damage", 3))
MOST_OPEN = 5


@own.rule(APPRAISAL)
def _appraisals(viewer: Viewer, table):
	return own.of_customers(viewer, table)


@page(PATH, "trade_in.html", car=VEHICLE)
def show(viewer: Viewer, context, car: str | None):
	sold = _own_cars(viewer)
	context.update(
		tab="home", title=_("Trade In Your Car"), mine=_mine(viewer), cars=cards(viewer, sold) if sold else [], car=car if car in sold else "", stores=asking.stores(viewer),
		conditions=[(value, _(value)) for value in CONDITIONS], photos=[(field, _(area), most) for field, area, most in PHOTOS],
	)


@action(PATH, "ask", car=VEHICLE)
def ask(viewer: Viewer, form, car: str | None):
	"""A request: an appraisal that the store fills in, and the lead for whom somebody is responsible.

	Raises:
		frappe.ValidationError: no car, no kilometres, no store, or a photo that cannot be read.
	"""
	if car and car not in _own_cars(viewer):
		frappe.throw(_("Only the car's owner offers it."))
	store, odometer = asking.chosen_store(viewer, form), _kilometres(form)
	described = _described(form) if not car else {}
	pictures = {area: uploads.read_pictures(form.files, field, most) for field, area, most in PHOTOS}
	_refuse_too_many(viewer)
	condition, note = form.one_of("condition", CONDITIONS, _("Condition")), form.text("note", 1000)
	seller = frappe.db.get_value(VEHICLE, car, "current_owner") if car else viewer.customer
	values = {"customer": seller, "dealership": store, "vehicle": car, "odometer": odometer, "accident_history": condition, "accident_note": note or None, **described}
	appraisal = frappe.get_doc({"doctype": APPRAISAL, **values}).insert(ignore_permissions=True)
	for area, found in pictures.items():
		for address in uploads.attach(APPRAISAL, appraisal.name, found, "trade-in"):
			appraisal.append("photos", {"area": area, "image": address})
	appraisal.lead = asking.ask_sales(viewer, form, store, None, _in_words(appraisal), wants_trade_in=1, current_car=(appraisal.model_description or appraisal.title)[:140])
	appraisal.save(ignore_permissions=True)
	frame.say(viewer, _("Thank you. The store looks at it and tells you what it offers; the final offer follows when it has seen the car."))
	return f"/{PATH}"


@action(PATH, "accept", appraisal=APPRAISAL)
def accept(viewer: Viewer, form, appraisal: str | None):
	"""
	Raises:
		OfferExpiredError: the offer was valid until an earlier day.
		frappe.ValidationError: there is no offer, or another step was taken meanwhile.
	"""
	document = _offered(appraisal)
	if document.offer_valid_until and getdate(document.offer_valid_until) < getdate(nowdate()):
		frappe.throw(_("This offer has run out; ask the store to renew it."), OfferExpiredError)
	_take(document, ACCEPTED)
	asking.tell(document.dealership, lambda language: _("{0} accepted the offer for {1} in the portal.", language), [document.customer_name, document.plate_number or document.title], APPRAISAL, document.name, document.appraiser)
	frame.say(viewer, _("You have accepted the offer. The store gets in touch about the papers."))
	return f"/{PATH}"


@action(PATH, "decline", appraisal=APPRAISAL)
def decline(viewer: Viewer, form, appraisal: str | None):
	document = _offered(appraisal)
	document.refusal_reason = form.text("reason", 500) or _("Declined by the customer in the portal")
	_take(document, REFUSED)
	asking.tell(document.dealership, lambda language: _("{0} declined the offer for {1} in the portal.", language), [document.customer_name, document.plate_number or document.title], APPRAISAL, document.name, document.appraiser)
	frame.say(viewer, _("You have declined the offer. Thank you for telling us."))
	return f"/{PATH}"


@matters
def offers_that_wait(viewer: Viewer) -> list[Matter]:
	return [
		Matter(_("Offer for your car"), f"/{PATH}", f"{row.title} · {frame.money(row.told)}", row.offer_valid_until, asks=True)
		for row in _mine(viewer)
		if row.may_decide
	]


def _own_cars(viewer: Viewer) -> list[str]:
	"""Cars that are the viewer's, or those of an organisation for which the viewer decides; one that he or she only drives is not for sale."""
	return [row.name for row in own.rows(viewer, VEHICLE, where=lambda table: table.current_owner.isin(viewer.whole))]


def _mine(viewer: Viewer) -> list:
	"""Requests with what the store says of them, the newest first."""
	found = own.rows(viewer, APPRAISAL, *FIELDS, order_by="creation", newest_first=True)
	today = getdate(nowdate())
	for row in found:
		row.told = flt(row.offer_amount) + flt(row.subsidy_amount) if row.status in TOLD else 0
		row.may_decide = row.status == OFFERED and not (row.offer_valid_until and getdate(row.offer_valid_until) < today)
		row.state = _state(row)
	return found


def _state(row) -> str:
	return {
		DRAFT: _("The store looks at it"),
		OFFERED: _("Offer") if row.may_decide else _("The offer has run out"),
		ACCEPTED: _("Accepted"),
		REFUSED: _("Not taken"),
		EXPIRED: _("The offer has run out"),
		BOUGHT: _("Handed over"),
	}[row.status]


def _offered(appraisal: str | None):
	if not appraisal:
		raise own.NotYoursError
	document = frappe.get_doc(APPRAISAL, appraisal, for_update=True)
	if document.status != OFFERED:
		frappe.throw(_("There is no offer to decide about any more; please look again."))
	return document


def _take(document, status: str) -> None:
	document.status = status
	document.save(ignore_permissions=True)


def _kilometres(form) -> int:
	kilometres = form.number("odometer")
	if not 0 < kilometres < 3_000_000:
		frappe.throw(_("Enter what the odometer shows, in kilometres."))
	return kilometres


def _described(form) -> dict:
	"""A car that is not on file here: in words, with its plate and first registration."""
	month = form.text("registered", 10)
	try:
		registered = getdate(f"{month}-01" if len(month) == 7 else month) if month else None
	except (ValueError, frappe.ValidationError):
		registered = None
	return {"model_description": form.must("model_description", _("Brand and model")), "plate_number": form.text("plate_number", 20) or None, "first_registered_on": registered}


def _refuse_too_many(viewer: Viewer) -> None:
	if frappe.db.count(APPRAISAL, {"owner": viewer.user, "status": DRAFT}) >= MOST_OPEN:
		frappe.throw(_("The store still looks at {0} cars of yours; please wait for its answer, or call it.").format(MOST_OPEN))


def _in_words(appraisal) -> str:
	lines = [
		_("Offers a car in the portal: {0}, {1}, {2}.").format(appraisal.model_description or appraisal.title, frame.kilometres(appraisal.odometer), _(appraisal.accident_history)),
		appraisal.accident_note or "",
	]
	return "\n".join(line for line in lines if line)
