"""The day before, the advisor calls: one task on his or her list for each car that is expected, made once."""

import json
from datetime import date

import frappe
from frappe import _
from frappe.utils import add_days, escape_html, getdate, now, nowdate

APPOINTMENT, TASK, DEALERSHIP = "C4S Service Appointment", "ToDo", "C4S Dealership"
BATCH = 500


def remind_of_tomorrow() -> int:
	"""Every day: a call for each appointment of the next day that nobody was reminded of; how many there are.

	The rows stay locked while their tasks are written, so that a run that is killed leaves nothing, and two at once make no task twice.
	"""
	day, count = getdate(add_days(nowdate(), 1)), 0
	while rows := _due(day):
		_write_tasks(rows)
		_note([row.name for row in rows])
		count += len(rows)
		if not frappe.flags.in_test:
			# Each batch stands for itself.
			frappe.db.commit()
	return count


def close(appointments: list[str]) -> None:
	"""Nobody need be called any more about these."""
	task = frappe.qb.DocType(TASK)
	frappe.qb.update(task).set(task.status, "Closed").set(task.modified, now()).where(
		(task.reference_type == APPOINTMENT) & task.reference_name.isin(appointments) & (task.status == "Open")
	).run()


def _due(day: date) -> list:
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
		.select(appointment.name, appointment.title, appointment.planned_from, appointment.service_advisor, store.manager, appointment.owner)
		.where(appointment.name.isin(names))
	).run(as_dict=True)
	for row in rows:
		row.caller = row.service_advisor or row.manager or row.owner
	return rows


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
	return _("Call {0}: the car is expected tomorrow at {1}.").format(escape_html(row.title or row.name), f"{row.planned_from:%H:%M}")


def _note(names: list[str]) -> None:
	"""That they are reminded of, and whose they are: what Frappe writes for each task that is saved, for lists to show."""
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
