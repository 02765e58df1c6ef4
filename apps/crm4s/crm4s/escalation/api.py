"""What the forms of documents with deadlines call, over the desk and over REST."""

from datetime import timedelta

import frappe
from frappe import _
from frappe.utils import now_datetime

from crm4s.access.required import require_document
from crm4s.calendars.working_hours import SEARCH_DAYS
from crm4s.escalation.clocks import STOPPED, Clock, spent
from crm4s.escalation.planning import CALLED_OFF, ESCALATION, HOOK
from crm4s.store_hours import working_hours


@frappe.whitelist()
def ladder(document_type: str, document_name: str) -> dict:
	"""The deadlines that still run and the steps of this round, for those who may read the document.

	Returns:
		now; clocks: deadline, due_on, state, minutes, spent (working minutes, more than `minutes` once it is late) and steps, each with percent,
		planned_on, status, told_on and told (names).
	"""
	require_document(document_type, document_name, "read", locking=False)
	paths = frappe.get_hooks(HOOK).get(document_type)
	# nosemgrep: method-from-the-caller -- the path stands in a hook, of which the caller names the key
	found = frappe.get_attr(paths[-1])(names=[document_name]) if paths else []
	if not found:
		return {"clocks": []}
	subject, now = found[0], now_datetime().replace(microsecond=0)
	fields = ["deadline", "step", "percent", "planned_on", "status", "told_on", "told"]
	of_round = {"document_type": document_type, "document_name": document_name, "round": subject.round, "status": ["!=", CALLED_OFF]}
	rows = frappe.get_all(ESCALATION, of_round, fields, order_by="percent, step")
	names = _names({user for row in rows for user in (row.told or "").split("\n") if user})
	for row in rows:
		row.told, row.step = [names.get(user, user) for user in (row.told or "").split("\n") if user], _(row.step)
	running = [clock for clock in subject.clocks if clock.state != STOPPED]
	# Far enough for a deadline that is long over.
	first = min([now, *(clock.due_on for clock in running)]).date() - timedelta(days=1)
	hours = working_hours(subject.dealership, first, now.date() + timedelta(days=SEARCH_DAYS)) if running else None
	return {"now": now, "clocks": [_clock(clock, spent(hours, clock, now), rows) for clock in running]}


def _clock(clock: Clock, minutes_spent: int, rows: list) -> dict:
	steps = [row for row in rows if row.deadline == clock.deadline]
	return {"deadline": clock.deadline, "due_on": clock.due_on, "state": clock.state, "minutes": clock.minutes, "spent": minutes_spent, "steps": steps}


def _names(users: set[str]) -> dict[str, str]:
	return dict(frappe.get_all("User", {"name": ["in", list(users) or [""]]}, ["name", "full_name"], as_list=True))
