"""How fast a new lead is answered, counted in the opening hours of its store."""

from datetime import datetime, timedelta

import frappe
from frappe.utils import get_datetime

from crm4s.calendars.working_hours import NeverOpenError, WorkingHours, add_working_minutes, working_minutes_between
from crm4s.leads.next_step import our_contacts
from crm4s.store_hours import working_hours

WAITING, IN_TIME, LATE = "Waiting", "In Time", "Late"
DAYS_READ = 60


def set_response(lead) -> None:
	"""Write respond_by, responded_on, response_minutes and response, when what they follow from has changed."""
	contacts = our_contacts(lead)
	responded = contacts[0] if contacts else None
	if not _changed(lead, responded):
		return
	minutes = frappe.get_cached_value("C4S Source", lead.source, "response_minutes") if lead.source else 0
	received = get_datetime(lead.received_on)
	lead.responded_on, lead.respond_by, lead.response_minutes, lead.response = responded, None, 0, None
	if not received:
		return
	hours = working_hours(lead.dealership, received.date(), (responded or received).date() + timedelta(days=DAYS_READ))
	lead.response_minutes = working_minutes_between(hours, received, responded) if responded else 0
	if minutes:
		lead.respond_by = _moment_after(hours, received, minutes)
	lead.response = response_of(lead.respond_by, responded)


def response_of(respond_by: datetime | None, responded: datetime | None) -> str | None:
	"""In time up to and including the last moment; None where nothing is expected."""
	if not respond_by:
		return None
	if not responded:
		return WAITING
	return IN_TIME if responded <= respond_by else LATE


def _moment_after(hours: WorkingHours, received: datetime, minutes: int) -> datetime | None:
	try:
		return add_working_minutes(hours, received, minutes).replace(microsecond=0)
	except NeverOpenError:
		return None


def _changed(lead, responded: datetime | None) -> bool:
	before = lead.get_doc_before_save()
	if not before or get_datetime(lead.responded_on) != responded:
		return True
	return any(str(before.get(field)) != str(lead.get(field)) for field in ("received_on", "source", "dealership"))
