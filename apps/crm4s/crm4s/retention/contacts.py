"""The contact plan of a case: what is due becomes a call in the care queue, and what came of the call comes back into the plan."""

from datetime import date

import frappe
from frappe import _
from frappe.utils import getdate, nowdate

from crm4s.intake.writer import attempt
from crm4s.retention.cases import CASE, CONTACT, OPEN, save
from crm4s.workflows import events

TASK, APPOINTMENT = "C4S Care Task", "C4S Service Appointment"
# Names the function that opens a call, so that retention need not know care.
HOOK = "c4s_open_call"
CLOSED, BOOKED = ("Done", "Cancelled"), "Booked"
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
	"""Make calls of the contacts that are due; how many are new. Written beside the case, which may be just being saved."""
	due = [row for row in open_rows(case) if not row.care_task and getdate(row.planned_on) <= getdate(nowdate())]
	paths = frappe.get_hooks(HOOK)
	if case.status != OPEN or not due or not paths:
		return 0
	for row in due:
		row.care_task = frappe.get_attr(paths[-1])(
			source_key=f"retention:{row.name}",
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


def open_due_calls() -> int:
	"""Every night: the contacts of all open cases that are due by today; how many calls that makes."""
	count, after = 0, ""
	while names := _cases_due(after):
		count += sum(attempt(lambda name=name: open_calls_of(frappe.get_doc(CASE, name, for_update=True)), commit=not frappe.flags.in_test) for name in names)
		after = names[-1]
	return count


def task_changed(task, event: str | None = None) -> None:
	"""When a call is saved: what came of it is noted in the plan that it belongs to, and moves the case on."""
	before = task.get_doc_before_save()
	if not before or (before.status, before.next_call_on) == (task.status, task.next_call_on):
		return
	row = frappe.db.get_value(CONTACT, {"care_task": task.name}, ["name", "parent"], as_dict=True)
	if not row:
		return
	case = frappe.get_doc(CASE, row.parent, for_update=True)
	contact = next(one for one in case.contacts if one.name == row.name)
	if task.status in CLOSED and not contact.done_on:
		note = task.attempts_made[-1].note if task.attempts_made else None
		contact.update({"done_on": getdate(nowdate()), "outcome": task.outcome, "note": contact.note or note})
	elif task.next_call_on:
		contact.planned_on = getdate(task.next_call_on)
	save(case)
	if contact.outcome in SPOKEN and contact.outcome != BOOKED and not case.booked_on and case.status == OPEN:
		events.happened(case, "Customer Reached")


def appointment_made(appointment, event: str | None = None) -> None:
	"""The customer of an open case is coming: by which appointment, and when."""
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


def _caller(user: str | None) -> str | None:
	"""Nobody's call is everybody's in the queue; one of somebody who has left would be seen by none."""
	return user if user and frappe.db.get_value("User", user, "enabled") else None


def _why(case, row) -> str:
	what = row.topic or case.care_plan or ""
	return " · ".join(part for part in (_("Win back: {0}").format(_(case.reason)), _(row.channel), what) if part)


def _cases_due(after: str) -> list[str]:
	case, row = frappe.qb.DocType(CASE), frappe.qb.DocType(CONTACT)
	today: date = getdate(nowdate())
	return (
		frappe.qb.from_(case)
		.join(row)
		.on(row.parent == case.name)
		.where((case.status == OPEN) & (case.next_contact_on <= today) & (case.name > after))
		.where((row.planned_on <= today) & row.done_on.isnull() & row.care_task.isnull())
		.select(case.name)
		.distinct()
		.orderby(case.name)
		.limit(SLICE)
	).run(pluck=True)
