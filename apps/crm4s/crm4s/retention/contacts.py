"""The contact plan of a case: what is due becomes a call in the care queue, and what came of the call comes back into the plan.

Nobody is called about a car that is booked; whose appointment comes to nothing is called again.
"""

from collections.abc import Iterator
from datetime import date

import frappe
from frappe import _
from frappe.utils import get_datetime, getdate, now_datetime, nowdate

from crm4s.retention.cases import CASE, CONTACT, OPEN, save
from crm4s.rows.ranges import names_in_slices
from crm4s.rows.writer import attempt
from crm4s.workflows import events

TASK, APPOINTMENT = "C4S Care Task", "C4S Service Appointment"
# Names the function that opens a call, so that retention need not know care.
HOOK = "c4s_open_call"
DONE, CANCELLED = "Done", "Cancelled"
CLOSED, BOOKED = (DONE, CANCELLED), "Booked"
# Appointments that nobody came to.
MISSED = ("No-Show", "Cancelled")
# Somebody spoke with the customer.
SPOKEN = ("Reached", "Refused", "Booked")
DEFAULT_ROLE = "C4S CRM Specialist"
SLICE = 500


def plan(case) -> None:
	"""Say which contact is next, by whom and on which day; for the controller, before a case is saved."""
	rows = sorted(open_rows(case), key=lambda row: (getdate(row.planned_on), row.idx or 0))
	if case.status != OPEN:
		case.update({"next_contact_on": None, "next_contact_by": None, "next_contact_task": None})
		return
	following = rows[0] if rows else None
	if following:
		case.next_contact_on = following.planned_on
	case.next_contact_by = (following and following.who) or case.handler
	case.next_contact_task = following and following.care_task


def open_rows(case) -> list:
	return [row for row in case.contacts if not row.done_on]


def open_calls_of(case) -> int:
	"""Make calls of the contacts that are due; how many are new. Written beside the case, which may be just being saved.

	A call that ended with the case is made anew once the case is open again.
	"""
	due = [row for row in open_rows(case) if getdate(row.planned_on) <= getdate(nowdate())]
	withdrawn = _withdrawn(due)
	due = [row for row in due if not row.care_task or row.care_task in withdrawn]
	paths = frappe.get_hooks(HOOK)
	if case.status != OPEN or is_expected(case) or not due or not paths:
		return 0
	for row in due:
		row.care_task = frappe.get_attr(paths[-1])(
			source_key=":".join(("retention", row.name, *([row.care_task] if row.care_task else []))),
			customer=case.customer,
			vehicle=case.vehicle,
			dealership=case.dealership,
			why=_why(case, row),
			reference_doctype=CASE,
			reference_name=case.name,
			owner_role=case.owner_role or DEFAULT_ROLE,
		)
		frappe.db.set_value(TASK, row.care_task, "assigned_to", _caller(row.who or case.handler), update_modified=False)
		row.db_set("care_task", row.care_task, update_modified=False)
	plan(case)
	case.db_set("next_contact_task", case.next_contact_task, update_modified=False)
	return len(due)


def is_expected(case) -> bool:
	"""Whether the customer has an appointment that is still to come."""
	return bool(case.booked_on) and get_datetime(case.booked_on) >= now_datetime()


def open_due_calls() -> int:
	"""Every night: the contacts of all open cases that are due by today; how many calls that makes."""
	note_missed()
	count = 0
	for names in _cases_due():
		count += sum(attempt(lambda name=name: open_calls_of(frappe.get_doc(CASE, name, for_update=True)), commit=not frappe.flags.in_test) for name in names)
	return count


def task_changed(task, event: str | None = None) -> None:
	"""When a call is saved: who took it and what came of it is noted in the plan that it belongs to, and moves the case on."""
	before = task.get_doc_before_save()
	if not before or all(before.get(field) == task.get(field) for field in ("status", "next_call_on", "assigned_to")):
		return
	row = frappe.db.get_value(CONTACT, {"care_task": task.name}, ["name", "parent"], as_dict=True)
	if not row:
		return
	case = frappe.get_doc(CASE, row.parent, for_update=True)
	contact = next(one for one in case.contacts if one.name == row.name)
	if task.assigned_to and before.assigned_to != task.assigned_to:
		contact.who = task.assigned_to
		case.handler = case.handler or task.assigned_to
	if task.status in CLOSED and not contact.done_on:
		note = task.attempts_made[-1].note if task.attempts_made else None
		contact.update({"done_on": getdate(nowdate()), "outcome": task.outcome, "note": contact.note or note})
	elif task.status not in CLOSED and task.next_call_on:
		contact.planned_on = getdate(task.next_call_on)
	save(case)
	if contact.outcome in SPOKEN and contact.outcome != BOOKED and not case.booked_on and case.status == OPEN:
		events.happened(case, "Customer Reached")


def appointment_changed(appointment, event: str | None = None) -> None:
	"""The customer of an open case is coming: by which appointment, and when; or is not coming after all."""
	if appointment.status in MISSED:
		for name in frappe.get_all(CASE, {"appointment": appointment.name, "status": OPEN}, pluck="name"):
			miss(name)
	if not appointment.vehicle or appointment.status != BOOKED:
		return
	name = frappe.db.get_value(CASE, {"open_key": appointment.vehicle})
	if not name:
		return
	case = frappe.get_doc(CASE, name, for_update=True)
	if (case.appointment, str(case.booked_on or "")) == (appointment.name, str(appointment.planned_from)):
		return
	case.update({"appointment": appointment.name, "booked_on": appointment.planned_from})
	save(case)
	events.happened(case, "Visit Booked")


def note_missed() -> int:
	"""Cases whose appointment was missed or cancelled without anybody saving it; how many."""
	case, appointment = frappe.qb.DocType(CASE), frappe.qb.DocType(APPOINTMENT)
	names = (
		frappe.qb.from_(case)
		.join(appointment)
		.on(appointment.name == case.appointment)
		.where((case.status == OPEN) & appointment.status.isin(MISSED))
		.select(case.name)
		.orderby(case.name)
	).run(pluck=True)
	return sum(attempt(lambda name=name: miss(name), commit=not frappe.flags.in_test) for name in names)


def miss(name: str) -> bool:
	"""Nobody came: somebody asks the customer for another day, today; whether the case was waiting for an appointment that is off."""
	case = frappe.get_doc(CASE, name, for_update=True)
	status = case.appointment and frappe.db.get_value(APPOINTMENT, case.appointment, "status")
	if case.status != OPEN or status not in MISSED:
		return False
	topic = _("Did not come: find another day") if status == "No-Show" else _("Cancelled the appointment: find another day")
	case.update({"appointment": None, "booked_on": None})
	if not any(getdate(row.planned_on) <= getdate(nowdate()) for row in open_rows(case)):
		case.append("contacts", {"planned_on": nowdate(), "channel": "Phone", "who": case.handler, "topic": topic})
	save(case)
	events.happened(case, "Visit Missed")
	open_calls_of(frappe.get_doc(CASE, name, for_update=True))
	return True


def _withdrawn(rows) -> set[str]:
	"""Calls of these contacts that ended without anybody calling."""
	calls = [row.care_task for row in rows if row.care_task]
	return set(frappe.get_all(TASK, {"name": ["in", calls], "status": CANCELLED}, pluck="name")) if calls else set()


def _caller(user: str | None) -> str | None:
	"""Nobody's call is everybody's in the queue; one of somebody who has left would be seen by none."""
	return user if user and frappe.db.get_value("User", user, "enabled") else None


def _why(case, row) -> str:
	what = row.topic or case.care_plan or ""
	return " · ".join(part for part in (_("Win back: {0}").format(_(case.reason)), _(row.channel), what) if part)


def _cases_due() -> Iterator[list[str]]:
	case, row, task = frappe.qb.DocType(CASE), frappe.qb.DocType(CONTACT), frappe.qb.DocType(TASK)
	today: date = getdate(nowdate())
	query = (
		frappe.qb.from_(case)
		.join(row)
		.on(row.parent == case.name)
		.left_join(task)
		.on(task.name == row.care_task)
		.where((case.status == OPEN) & (case.next_contact_on <= today))
		.where(case.booked_on.isnull() | (case.booked_on < now_datetime()))
		.where((row.planned_on <= today) & row.done_on.isnull() & (row.care_task.isnull() | (task.status == CANCELLED)))
		.distinct()
	)
	return names_in_slices(query, case.name, SLICE)
