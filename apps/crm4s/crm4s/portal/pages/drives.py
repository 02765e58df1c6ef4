"""Test drives: a car that the store has for it is booked at once; for another one the wish goes to the sales department."""

from datetime import timedelta
from urllib.parse import urlencode

import frappe
from frappe import _
from frappe.utils import add_days, getdate, now_datetime, nowdate

from crm4s.bookings.availability import free_slots
from crm4s.crm4s.doctype.c4s_test_drive.c4s_test_drive import CANCELLED, PLANNED, TEST_DRIVE_CAR
from crm4s.portal import asking, frame, models, own
from crm4s.portal.matters import Matter, matters
from crm4s.portal.named import titles_of
from crm4s.portal.routes import action, page
from crm4s.portal.viewer import Viewer
from crm4s.settings import setting

PATH, DRIVE = "my/test-drive", "C4S Test Drive"
DAYS_AHEAD, MOST_SLOTS = 14, 24
PARTS = ("Morning", "Afternoon", "Evening")


@own.rule(DRIVE)
def _drives(viewer: Viewer, table):
	return own.of_customers(viewer, table)


@page(PATH, "drive.html")
def show(viewer: Viewer, context):
	"""Model, store and day are chosen one after the other, by the address; then the free times of that day are there."""
	model, stores = models.one(_text(context, "model")), asking.stores(viewer)
	store = next((name for name in (_text(context, "store"), *dict(stores)) if name in dict(stores)), None)
	day = _day(_text(context, "day"))
	slots = _slots(store, model.name, day) if model and store else []
	context.update(
		tab="home", title=_("Test Drive"), model=model, all_models=[] if model else models.offered(), stores=stores, store=store, day=day,
		days=_days(store, model.name) if model and store else [], slots=slots, parts_of_day=[(part, _(part)) for part in PARTS], mine=_mine(viewer),
	)


@action(PATH, "book")
def book(viewer: Viewer, form):
	"""Take one of the free times: the lead with its consultant, and the drive with its car.

	Raises:
		SlotTakenError: somebody was faster; the sentence names the next free times.
	"""
	model, store, day = _chosen(viewer, form)
	slots = {slot["value"]: slot for slot in _slots(store, model.name, day)}
	if form.text("slot") not in slots:
		frappe.throw(_("This time is not free any more; please choose another one."))
	slot = slots[form.text("slot")]
	when = frame.moment(slot["starts_at"])
	lead = asking.ask_sales(viewer, form, store, model.name, _in_words(_("Booked a test drive in the portal: {0}, {1}.").format(model.model_title, when), form))
	values = {"lead": lead, "customer": viewer.customer, "model": model.name, "dealership": store, "resource": slot["resource"]}
	frappe.get_doc({"doctype": DRIVE, **values, "planned_from": slot["starts_at"], "planned_to": slot["ends_at"]}).insert(ignore_permissions=True)
	frame.say(viewer, _("Your test drive is booked for {0}. Please bring your driving licence.").format(when))
	return f"/{PATH}"


@action(PATH, "wish")
def wish(viewer: Viewer, form):
	"""No car is free then, or the store has none of this model: the sales department calls."""
	model, store, day = _chosen(viewer, form)
	part = form.one_of("part", PARTS, _("Time of Day"))
	wished = _("Wishes a test drive in the portal: {0}, {1}, {2}.").format(model.model_title, frame.day(day), _(part))
	asking.ask_sales(viewer, form, store, model.name, _in_words(wished, form))
	frame.say(viewer, _("Thank you. The store calls you to agree on the time."))
	return f"/{PATH}"


@action(PATH, "cancel", drive=DRIVE)
def cancel(viewer: Viewer, form, drive: str | None):
	"""Give the car back to others.

	Raises:
		frappe.ValidationError: the drive is over or on its way.
	"""
	if not drive:
		raise own.NotYoursError
	document = frappe.get_doc(DRIVE, drive, for_update=True)
	if document.status != PLANNED:
		frappe.throw(_("This test drive is {0}; it cannot be cancelled.").format(_(document.status)))
	document.update({"status": CANCELLED, "cancellation_note": _("Cancelled by the customer in the portal")})
	document.save(ignore_permissions=True)
	asking.tell(document.dealership, lambda language: _("{0} cancelled the test drive of {1}.", language), [document.driver_name, str(document.planned_from)[:16]], DRIVE, document.name, document.sales_consultant)
	frame.say(viewer, _("The test drive is cancelled. Thank you for telling us."))
	return f"/{PATH}"


@matters
def drives_that_come(viewer: Viewer) -> list[Matter]:
	return [Matter(_("Test Drive"), f"/{PATH}", " · ".join(part for part in (frame.moment(row.planned_from), row.title) if part), row.planned_from) for row in _mine(viewer)]


def _mine(viewer: Viewer) -> list:
	"""Drives that are planned, with the model's title."""
	found = own.rows(viewer, DRIVE, "model", "planned_from", "dealership", where=lambda table: (table.status == PLANNED) & (table.planned_from > now_datetime()), order_by="planned_from")
	titles = titles_of(models.MODEL, (row.model for row in found), "model_title")
	places = titles_of(asking.STORE, (row.dealership for row in found), "dealership_name")
	for row in found:
		row.update(title=titles.get(row.model, ""), place=places.get(row.dealership, ""))
	return found


def _slots(store: str, model: str, day) -> list[dict]:
	"""Free times that do not overlap, of any of the store's cars of the model: `value` for the form, `resource`, `starts_at`, `ends_at`."""
	minutes = setting("test_drive_minutes")
	found: dict = {}
	for car in free_slots(store, TEST_DRIVE_CAR, day, minutes, model, readable_only=False):
		for starts_at, ends_at in car["slots"]:
			found.setdefault(starts_at, {"value": f"{starts_at:%Y-%m-%dT%H:%M}", "resource": car["resource"], "starts_at": starts_at, "ends_at": ends_at})
	apart, last = [], None
	for starts_at in sorted(found):
		if last is None or starts_at >= last + timedelta(minutes=minutes):
			apart.append(found[starts_at])
			last = starts_at
	return apart[:MOST_SLOTS]


def _chosen(viewer: Viewer, form):
	model = models.one(form.text("model"))
	if not model:
		frappe.throw(_("Please choose: {0}.").format(_("Model")))
	return model, asking.chosen_store(viewer, form), _day(form.text("day"))


def _days(store: str, model: str) -> list[dict]:
	"""As the templates of times show them; whether a day is full is found out when it is chosen."""
	days = [getdate(add_days(nowdate(), ahead)) for ahead in range(DAYS_AHEAD)]
	return [{"day": day, "free": True, "path": f"/{PATH}?{urlencode({'model': model, 'store': store, 'day': str(day)})}"} for day in days]


def _day(text: str):
	"""One of the days that are offered, the next one for anything else."""
	days = {str(getdate(add_days(nowdate(), ahead))) for ahead in range(DAYS_AHEAD)}
	return getdate(text if text in days else add_days(nowdate(), 1))


def _text(context, field: str) -> str:
	"""What was typed before a refusal, else what the address says."""
	value = context["typed"].text(field) or frappe.form_dict.get(field)
	return value if isinstance(value, str) and len(value) <= 140 else ""


def _in_words(sentence: str, form) -> str:
	words = form.text("words", 500)
	return f"{sentence}\n{words}" if words else sentence
