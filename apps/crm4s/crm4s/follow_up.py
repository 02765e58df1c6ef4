"""The call some days after a delivery or a service: planned once, on somebody's list until the customer was reached.

Documents that are followed up have the fields follow_up_on (the day of the call while it is due), follow_up_task (the ToDo),
follow_up_outcome, followed_up_on and followed_up_by.
"""

from collections.abc import Sequence
from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days, get_link_to_form, getdate, nowdate

TASK, NOT_REACHED = "ToDo", "Not Reached"
# Those who call customers may not write the documents otherwise.
CALLERS = frozenset({"C4S Customer Service Representative", "C4S CRM Specialist", "C4S CRM Manager"})


def plan_call(document, day: date, caller: str | None, description: str) -> None:
	"""One task for the call; its name on the document says that it is there. `description` is HTML."""
	task = frappe.get_doc(
		{
			"doctype": TASK,
			"allocated_to": caller or frappe.session.user,
			"assigned_by": frappe.session.user,
			"reference_type": document.doctype,
			"reference_name": document.name,
			"date": day,
			"description": description,
		}
	).insert(ignore_permissions=True)
	document.db_set({"follow_up_task": task.name, "follow_up_on": day}, update_modified=False)


def validate_call(document, outcome: str, outcomes: Sequence[str], said: str | None) -> None:
	"""Refuse a second call, an unknown outcome, and a customer who was reached but said nothing."""
	if document.followed_up_on:
		frappe.throw(_("The customer was called already, on {0}.").format(frappe.format(document.followed_up_on, "Datetime")))
	if outcome not in outcomes:
		frappe.throw(_("Outcome must be one of: {0}").format(", ".join(map(_, outcomes))))
	if outcome != NOT_REACHED and not (said or "").strip():
		frappe.throw(_("Say in a few words what the customer said."), frappe.MandatoryError)


def note_outcome(document, outcome: str, moment, next_call_on: str | None) -> None:
	"""Who was not reached is called again, the next day if nobody says when; any other outcome ends the follow-up."""
	if outcome == NOT_REACHED:
		document.follow_up_on = _next_call(next_call_on)
	else:
		document.update(
			{"follow_up_on": None, "followed_up_on": moment, "followed_up_by": frappe.session.user, "follow_up_outcome": outcome}
		)


def update_task(document) -> None:
	"""Bring the task to what the document says now; one that somebody deleted or closed is left alone."""
	if not (document.follow_up_task and frappe.db.exists(TASK, document.follow_up_task)):
		return
	task = frappe.get_doc(TASK, document.follow_up_task)
	if task.status == "Open":
		task.update({"date": document.follow_up_on or task.date, "status": "Open" if document.follow_up_on else "Closed"})
		task.save(ignore_permissions=True)


def keep_task_until_called(task, event: str | None = None) -> None:
	"""The task closes with the outcome: whoever ticks it off without one is sent to the document."""
	doctype = task.reference_type
	if task.status != "Closed" or not doctype or not task.has_value_changed("status"):
		return
	if not frappe.get_meta(doctype).has_field("follow_up_task"):
		return
	waiting = frappe.db.get_value(doctype, {"name": task.reference_name, "follow_up_task": task.name}, ["name", "follow_up_on"], as_dict=True)
	if waiting and waiting.follow_up_on:
		frappe.throw(
			_("Note on {0} {1}, with Log Follow-Up, how the call went; that closes the task.").format(
				_(doctype), get_link_to_form(doctype, waiting.name)
			)
		)


def _next_call(day: str | None) -> date:
	if day and getdate(day) < getdate(nowdate()):
		frappe.throw(_("The next call must not lie in the past."))
	return getdate(day) if day else add_days(getdate(nowdate()), 1)
