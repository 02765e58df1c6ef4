"""How long a complaint may take: promised in the store's opening hours, standing still while we wait for the customer, begun anew when it is opened again."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import frappe
from frappe.utils import cint, flt, get_datetime, now_datetime

from crm4s import escalation
from crm4s.calendars.working_hours import SEARCH_DAYS, NeverOpenError, WorkingHours, add_working_minutes, working_minutes_between
from crm4s.escalation.clocks import PAUSED, RESOLUTION, RESPONSE, RUNNING, STOPPED, Clock, Subject, after_pause
from crm4s.store_hours import working_hours

COMPLAINT, SEVERITY, TOUCHPOINT = "C4S Complaint", "C4S Complaint Severity", "C4S Touchpoint"
OPEN = "Open"
FIELDS = [
	*("name", "dealership", "severity", "status", "times_reopened", "received_on", "responded_on", "respond_by", "resolve_by", "clock_started_on"),
	*("paused_since", "paused_minutes", "response_minutes", "resolution_minutes"),
]


def keep_deadlines(complaint) -> None:
	"""Write the deadlines and what they follow from; for the controller, when the status follows the state already.

	What was promised stays promised when an admin changes the severity's or the store's hours; only another severity, another time of receipt or a
	new round makes a new promise.
	"""
	before = complaint.get_doc_before_save()
	if not (complaint.severity and complaint.received_on):
		return
	if is_reopened(complaint):
		complaint.update({"clock_started_on": _now(), "responded_on": None, "paused_since": None, "paused_minutes": 0})
		_promise(complaint)
	elif not before or not before.respond_by or _is_promised_anew(before, complaint):
		complaint.clock_started_on = _began(complaint, before)
		_promise(complaint)
	_stand_still_or_go_on(complaint)


def is_reopened(complaint) -> bool:
	before = complaint.get_doc_before_save()
	return bool(before) and before.status != OPEN and complaint.status == OPEN


def subject_of(complaint) -> Subject:
	"""The deadlines of a complaint (document or row with FIELDS), for the ladder."""
	started = get_datetime(complaint.clock_started_on or complaint.received_on)
	standing = PAUSED if complaint.paused_since else RUNNING
	over, paused_since = complaint.status != OPEN, get_datetime(complaint.paused_since) if complaint.paused_since else None
	clock = lambda deadline, due_on, minutes, is_met: Clock(
		deadline, started, get_datetime(due_on), cint(minutes), cint(complaint.paused_minutes), STOPPED if is_met else standing, paused_since
	)
	return Subject(
		COMPLAINT, complaint.name, complaint.dealership,
		[
			clock(RESPONSE, complaint.respond_by, complaint.response_minutes, over or complaint.responded_on),
			clock(RESOLUTION, complaint.resolve_by, complaint.resolution_minutes, over),
		],
		cint(complaint.times_reopened), complaint.severity,
	)


def subjects(names: Sequence[str] | None = None, after: str = "", limit: int = 0) -> list[Subject]:
	"""The deadlines of these complaints, or of the open ones after a name, at most so many; for `crm4s.escalation`."""
	filters = {"name": ["in", list(names) or [""]]} if names is not None else {"status": OPEN, "name": [">", after]}
	rows = frappe.get_all(COMPLAINT, {**filters, "respond_by": ["is", "set"]}, FIELDS, order_by="name", limit_page_length=limit, ignore_ifnull=True)
	return [subject_of(row) for row in rows]


def plan_steps(complaint, event: str | None = None) -> None:
	"""When a complaint is saved: its ladder follows its deadlines."""
	if complaint.respond_by:
		escalation.plan(subject_of(complaint))


def forget_steps(complaint, event: str | None = None) -> None:
	escalation.forget(complaint.doctype, complaint.name)


def hours_of(dealership: str, around: datetime) -> WorkingHours:
	return working_hours(dealership, around.date() - timedelta(days=1), around.date() + timedelta(days=SEARCH_DAYS))


def _began(complaint, before) -> datetime:
	"""The first round begins with the receipt, a later one when it was opened again."""
	return get_datetime(before.clock_started_on) if before and cint(before.times_reopened) and before.clock_started_on else get_datetime(complaint.received_on)


def _is_promised_anew(before, complaint) -> bool:
	return before.severity != complaint.severity or get_datetime(before.received_on) != get_datetime(complaint.received_on)


def _promise(complaint) -> None:
	response, resolution = frappe.get_cached_value(SEVERITY, complaint.severity, ["response_hours", "resolution_hours"])
	started = get_datetime(complaint.clock_started_on)
	complaint.response_minutes, complaint.resolution_minutes = round(flt(response) * 60), round(flt(resolution) * 60)
	hours, waited = hours_of(complaint.dealership, started), cint(complaint.paused_minutes)
	complaint.respond_by = _after(hours, started, complaint.response_minutes + waited)
	complaint.resolve_by = _after(hours, started, complaint.resolution_minutes + waited)


def _after(hours: WorkingHours, started: datetime, minutes: int) -> datetime:
	"""A store that is closed for good promises by the clock."""
	try:
		return add_working_minutes(hours, started, minutes)
	except NeverOpenError:
		return started + timedelta(minutes=minutes)


def _stand_still_or_go_on(complaint) -> None:
	waits = complaint.status == OPEN and complaint.workflow_state in waiting_states()
	if waits and not complaint.paused_since:
		complaint.paused_since = _now()
	elif complaint.paused_since and not waits:
		since, until = get_datetime(complaint.paused_since), _now()
		hours = working_hours(complaint.dealership, since.date() - timedelta(days=1), until.date() + timedelta(days=SEARCH_DAYS))
		if not complaint.responded_on:
			complaint.respond_by = after_pause(hours, get_datetime(complaint.respond_by), since, until)
		complaint.resolve_by = after_pause(hours, get_datetime(complaint.resolve_by), since, until)
		complaint.paused_minutes = cint(complaint.paused_minutes) + working_minutes_between(hours, since, until)
		complaint.paused_since = None


def _now() -> datetime:
	return now_datetime().replace(microsecond=0)


def waiting_states() -> set[str]:
	"""The states in which we wait for the customer: data, a tick of their touchpoints."""
	return set(frappe.get_all(TOUCHPOINT, {"document_type": COMPLAINT, "deadlines_stand_still": 1}, pluck="state"))
