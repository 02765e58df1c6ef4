"""Events of the stores: who comes, how many places are left, registering and giving the place back."""

import frappe
from frappe import _
from frappe.utils import cint, get_datetime, now_datetime

from crm4s.campaigns import registrations
from crm4s.campaigns.audience import MEMBER, store_of_customers
from crm4s.campaigns.registrations import CAMPAIGN, NO_SHOW, OPEN_CAMPAIGN, REGISTERED, REGISTRATION, WAITING
from crm4s.campaigns.scope import stores_of_campaign
from crm4s.portal import asking, frame, own
from crm4s.portal.matters import Matter, matters
from crm4s.portal.named import rows_of
from crm4s.portal.routes import action, page
from crm4s.portal.viewer import Viewer

PATH = "my/events"
HELD_OUT = "Hold-Out"
FIELDS = (
	*("name", "title", "dealership", "event_from", "event_until", "location", "capacity", "places_taken"),
	*("most_companions", "registration_closes_on", "all_customers"),
)
MOST_SHOWN = 50
SOON_DAYS = 14


@own.rule(REGISTRATION)
def _registrations(viewer: Viewer, table):
	"""The viewer's own only: who else of a company or family goes is not shown."""
	return table.customer == viewer.customer


@page(PATH, "events.html")
def show(viewer: Viewer, context):
	found = own.rows(viewer, REGISTRATION, "campaign", "status", "places", "companions", "code", order_by="registered_on", newest_first=True)
	mine = _with_event(found)
	taken = {row.campaign for row in found if row.status != registrations.CANCELLED}
	context.update(tab="home", title=_("Events and club"), mine=mine, events=[event for event in open_events(viewer) if event.name not in taken])


@action(PATH, "register")
def register(viewer: Viewer, form):
	"""
	Raises:
		CampaignError: no such event for this customer, closed, or more companions than may come.
	"""
	events = {event.name: event for event in open_events(viewer)}
	campaign = events[form.one_of("event", events, _("Coming events"))]
	done = registrations.register(campaign.name, viewer.customer, form.number("companions"), _store_for(viewer, campaign), form.text("remark", 140) or None)
	if done.status == WAITING:
		frame.say(viewer, _("All places are taken: you are on the waiting list and hear from us when one is free."))
	else:
		frame.say(viewer, _("You are registered for {0}. Show the code {1} at the entrance.").format(campaign.title, done.code))
	return f"/{PATH}"


@action(PATH, "cancel", registration=REGISTRATION)
def cancel(viewer: Viewer, form, registration: str | None):
	if not registration:
		raise own.NotYoursError
	registrations.cancel(registration, _("Cancelled by the customer in the portal"))
	frame.say(viewer, _("Your place is given back. Thank you for telling us."))
	return f"/{PATH}"


@matters
def events_that_come(viewer: Viewer) -> list[Matter]:
	found = own.rows(viewer, REGISTRATION, "campaign", "status", "places", "companions", "code", where=lambda table: table.status == REGISTERED)
	last = frappe.utils.add_days(now_datetime(), SOON_DAYS)
	return [
		Matter(row.title, f"/{PATH}", " · ".join(part for part in (frame.moment(row.event_from), row.location) if part), row.event_from)
		for row in _with_event(found)
		if row.event_from and now_datetime() < row.event_from < last
	]


def open_events(viewer: Viewer) -> list:
	"""Events that take registrations and are for this customer, with `places_left` (None: as many as come).

	For all customers of its stores, or for those of its audience; who is held out, so that a campaign can be judged, is not asked to it here either.
	"""
	now = now_datetime()
	filters = {"has_registrations": 1, "status": ["in", OPEN_CAMPAIGN], "event_from": [">", now]}
	rows = frappe.get_all(CAMPAIGN, filters, list(FIELDS), order_by="event_from", limit=MOST_SHOWN)
	arms = dict(frappe.get_all(MEMBER, {"customer": viewer.customer, "campaign": ["in", [row.name for row in rows] or [""]]}, ["campaign", "arm"], as_list=True))
	known = set(frappe.get_all("C4S Store Relationship", {"customer": viewer.customer}, pluck="dealership"))
	found = [row for row in rows if _is_for(row, arms.get(row.name), known) and not _is_closed(row, now)]
	for row in found:
		row.places_left = max(0, cint(row.capacity) - cint(row.places_taken)) if cint(row.capacity) else None
	return found


def _is_for(campaign, arm: str | None, known: set[str]) -> bool:
	if arm == HELD_OUT or not (arm or campaign.all_customers):
		return False
	stores = stores_of_campaign(campaign.dealership)
	return stores is None or bool(known & set(stores))


def _is_closed(campaign, now) -> bool:
	return bool(campaign.registration_closes_on) and get_datetime(campaign.registration_closes_on) < now


def _store_for(viewer: Viewer, campaign) -> str | None:
	"""In whose name the customer comes; who has no store yet comes in that of the event, else of the first store."""
	stores = stores_of_campaign(campaign.dealership)
	found = store_of_customers([viewer.customer], stores).get(viewer.customer)
	return found or next((name for name, _title in asking.stores(viewer) if stores is None or name in stores), None)


def _with_event(found: list) -> list:
	"""The registrations with title, place and times of their events, those to come first."""
	events = rows_of(CAMPAIGN, (row.campaign for row in found), "title", "event_from", "event_until", "location")
	now = now_datetime()
	for row in found:
		event = events[row.campaign]
		row.update(title=event.title, event_from=event.event_from, event_until=event.event_until, location=event.location)
		row.is_over = bool(event.event_until and event.event_until < now)
		row.may_cancel = row.status in (REGISTERED, WAITING, NO_SHOW) and not row.is_over
	return sorted(found, key=lambda row: (row.is_over or not row.may_cancel, str(row.event_from or "")))
