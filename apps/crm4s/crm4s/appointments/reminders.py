"""The day before, whoever is expected is reminded, once: by a message, whose last channel is a colleague's call; without a template by a task to call."""

import json
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.utils import add_days, escape_html, get_datetime, get_time, getdate, now, now_datetime, nowdate

from crm4s.care import tasks
from crm4s.masked_twins import title_in_full
from crm4s.messages import outbox
from crm4s.messages.purposes import way_of
from crm4s.runs import commit
from crm4s.settings import setting

APPOINTMENT, TASK, DEALERSHIP = "C4S Service Appointment", "ToDo", "C4S Dealership"
BATCH = 500
# Who books for tomorrow need not be reminded while he or she still has the telephone in hand.
AFTER_BOOKING = timedelta(hours=2)


def remind_of_tomorrow() -> int:
	"""Every hour: a reminder for each appointment of the next day whose customer has none; how many there are.

	The rows stay locked while their messages and tasks are written, so that a run that is killed leaves nothing, and two at once remind nobody twice.
	"""
	day, count = getdate(add_days(nowdate(), 1)), 0
	while rows := _due(day):
		if way := way_of(setting("reminder_template")):
			outbox.queue([_wish(row, way) for row in rows])
		else:
			_write_tasks(rows)
		_note([row.name for row in rows])
		count += len(rows)
		# Each batch stands for itself.
		commit()
	return count


def close(appointments: list[str], reason: str) -> None:
	"""Nobody need be written to or called any more about these, in the caller's transaction."""
	task = frappe.qb.DocType(TASK)
	frappe.qb.update(task).set(task.status, "Closed").set(task.modified, now()).where(
		(task.reference_type == APPOINTMENT) & task.reference_name.isin(appointments) & (task.status == "Open")
	).run()
	outbox.withdraw(APPOINTMENT, appointments, reason)
	tasks.withdraw_calls(APPOINTMENT, appointments, reason)


def forget(appointment: str) -> None:
	"""An appointment that is deleted: what was said of it stays in the log, and names it no more."""
	close([appointment], _("The appointment was deleted."))
	for doctype in (outbox.MESSAGE, tasks.TASK):
		row = frappe.qb.DocType(doctype)
		(
			frappe.qb.update(row)
			.set(row.reference_doctype, None)
			.set(row.reference_name, None)
			.where((row.reference_doctype == APPOINTMENT) & (row.reference_name == appointment))
		).run()


def _due(day) -> list:
	"""Appointments of the day without a reminder, and who calls: the advisor, else the manager of the store, else who booked."""
	appointment, store = frappe.qb.DocType(APPOINTMENT), frappe.qb.DocType(DEALERSHIP)
	names = (
		frappe.qb.from_(appointment)
		.select(appointment.name)
		.where((appointment.status == "Booked") & appointment.reminded_on.isnull())
		.where((appointment.planned_from >= day) & (appointment.planned_from < add_days(day, 1)))
		.limit(BATCH)
		.for_update()
	).run(pluck=True)
	if not names:
		return []
	rows = (
		frappe.qb.from_(appointment)
		.join(store)
		.on(store.name == appointment.dealership)
		.select(appointment.name, appointment.title, appointment.plate_number, appointment.creation, appointment.planned_from, appointment.dealership)
		.select(appointment.customer, appointment.vehicle, appointment.service_advisor, store.manager, appointment.owner)
		.where(appointment.name.isin(names))
	).run(as_dict=True)
	for row in rows:
		row.caller = row.service_advisor or row.manager or row.owner
	return rows


def _wish(row, way) -> outbox.Wish:
	"""`reminded_on`, under its lock, keeps it from being written twice; the key lets an appointment that is moved be reminded of anew."""
	return outbox.Wish(
		source_key=f"appointment-reminder:{row.name}:{frappe.generate_hash(length=10)}",
		customer=row.customer,
		purpose=way.purpose,
		channels=way.channels,
		template=way.template,
		values={"moment": row.planned_from},
		dealership=row.dealership,
		vehicle=row.vehicle,
		reference_doctype=APPOINTMENT,
		reference_name=row.name,
		not_before=_not_before(row),
		not_after=row.planned_from,
	)


def _not_before(row) -> datetime:
	"""From the hour that the settings name, of the day before."""
	hour = datetime.combine(getdate(add_days(row.planned_from, -1)), get_time(setting("reminder_time")))
	return max(now_datetime(), hour, get_datetime(row.creation) + AFTER_BOOKING)


def _write_tasks(rows: list) -> None:
	moment, today = now(), nowdate()
	fields = (
		*("name", "creation", "modified", "owner", "modified_by", "docstatus", "status", "priority", "date"),
		*("allocated_to", "assigned_by", "reference_type", "reference_name", "description"),
	)
	values = [
		(
			*(frappe.generate_hash(length=10), moment, moment, "Administrator", "Administrator", 0, "Open", "Medium", today),
			*(row.caller, "Administrator", APPOINTMENT, row.name, _sentence(row)),
		)
		for row in rows
	]
	frappe.db.bulk_insert(TASK, fields, values)


def _sentence(row) -> str:
	who = title_in_full(row.title, row.plate_number)
	return _("Call {0}: the car is expected tomorrow at {1}.").format(escape_html(who or row.name), f"{row.planned_from:%H:%M}")


def _note(names: list[str]) -> None:
	"""That they are reminded of, and whose the calls are: what Frappe writes for each task that is saved, for lists to show."""
	appointment = frappe.qb.DocType(APPOINTMENT)
	frappe.qb.update(appointment).set(appointment.reminded_on, now()).where(appointment.name.isin(names)).run()
	filters = {"reference_type": APPOINTMENT, "reference_name": ["in", names], "status": ["!=", "Cancelled"], "allocated_to": ["is", "set"]}
	people: dict[str, set[str]] = {}
	for row in frappe.get_all(TASK, filters, ["reference_name", "allocated_to"]):
		people.setdefault(row.reference_name, set()).add(row.allocated_to)
	of_people: dict[str, list[str]] = {}
	for name, users in people.items():
		of_people.setdefault(json.dumps(sorted(users)), []).append(name)
	for users, own in of_people.items():
		frappe.qb.update(appointment).set(appointment._assign, users).where(appointment.name.isin(own)).run()
