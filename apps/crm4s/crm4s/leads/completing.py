"""Derived facts of leads that were written in sets or before these facts existed: key, next step, response, holder. Nothing that stands is changed."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import frappe
from frappe.utils import get_datetime

from crm4s.calendars.working_hours import NeverOpenError, WorkingHours, add_working_minutes, working_minutes_between
from crm4s.leads.next_step import ACTION, contact_interval
from crm4s.leads.response import response_of
from crm4s.rows.ranges import in_slices
from crm4s.rows.writer import update_rows
from crm4s.runs import commit
from crm4s.store_hours import working_hours

LEAD = "C4S Lead"
BATCH = 5_000


def complete_leads() -> None:
	"""All leads, in batches; safe to be killed and to run again."""
	_set_open_keys()
	_set_holders()
	_set_next_steps()
	_set_responses()


def _set_open_keys() -> None:
	"""The oldest open lead of each store and phone gets the key; its twins stay without, as people decide about them."""
	lead, first = frappe.qb.DocType(LEAD), frappe.qb.DocType(LEAD).as_("first")
	functions = frappe.qb.functions
	key = functions("concat", lead.dealership, "|", lead.phone)
	first_of_each = (
		frappe.qb.from_(first)
		.select(functions("min", first.name).as_("name"))
		.where((first.status == "Open") & (first.separate_purchase == 0) & first.phone.isnotnull() & (first.phone != ""))
		.groupby(first.dealership, first.phone)
		.having(functions("max", functions("coalesce", first.open_phone_key, "")) == "")
	)
	names = [name for (name,) in first_of_each.run()]
	for start in range(0, len(names), BATCH):
		frappe.qb.update(lead).set(lead.open_phone_key, key).where(lead.name.isin(names[start : start + BATCH])).run()
		commit()


def _set_holders() -> None:
	lead = frappe.qb.DocType(LEAD)
	held = (lead.status == "Open") & lead.held_since.isnull() & lead.sales_consultant.isnotnull() & (lead.sales_consultant != "")
	frappe.qb.update(lead).set(lead.held_since, lead.received_on).where(held).run()
	commit()


def _set_next_steps() -> None:
	lead = frappe.qb.DocType(LEAD)
	lacks = (lead.status == "Open") & (lead.next_action.isnull() | (lead.next_action == ""))
	actions = frappe.get_all(ACTION, {"enabled": 1}, ["name", "state", "is_default"], order_by="sequence desc")
	for action in sorted(actions, key=lambda row: not row.state):
		if action.state or action.is_default:
			which = lacks & (lead.workflow_state == action.state) if action.state else lacks
			frappe.qb.update(lead).set(lead.next_action, action.name).where(which).run()
	grades = [None, *frappe.get_all("C4S Lead Grade", pluck="name")]
	for grade in grades:
		last = frappe.qb.functions("coalesce", lead.last_contacted_on, lead.received_on)
		due = frappe.qb.functions("date", frappe.qb.functions("addtime", last, f"{24 * min(contact_interval(grade), 34)}:00:00"))
		of_grade = (lead.grade == grade) if grade else (lead.grade.isnull() | (lead.grade == ""))
		which = (lead.status == "Open") & lead.next_contact_on.isnull() & of_grade
		frappe.qb.update(lead).set(lead.next_contact_on, due).where(which).run()
	commit()


def _set_responses() -> None:
	"""By the source's minutes and the store's hours; leads that nothing was written for yet."""
	minutes = dict(frappe.get_all("C4S Source", {"response_minutes": [">", 0]}, ["name", "response_minutes"], as_list=True))
	hours: dict[str, WorkingHours] = {}
	for rows in _without_response():
		for store in {row.dealership for row in rows} - set(hours):
			hours[store] = _hours_of(store)
		# Hardly two leads are answered at the same moment: a statement for each value would be one for each lead.
		update_rows(LEAD, [{"name": row.name, **_response(row, minutes.get(row.source, 0), hours[row.dealership])} for row in rows])
		commit()


def _without_response() -> Iterator[list]:
	lead = frappe.qb.DocType(LEAD)
	query = frappe.qb.from_(lead).where(lead.respond_by.isnull() & lead.responded_on.isnull())
	return in_slices(query.select(lead.name, lead.dealership, lead.source, lead.received_on, lead.first_contacted_on), lead.name, BATCH)


def _response(row, minutes: int, hours: WorkingHours) -> dict:
	received, responded = get_datetime(row.received_on), row.first_contacted_on and get_datetime(row.first_contacted_on)
	try:
		respond_by = add_working_minutes(hours, received, minutes).replace(microsecond=0) if minutes else None
	except NeverOpenError:
		respond_by = None
	took = working_minutes_between(hours, received, responded) if responded else 0
	response = response_of(respond_by, responded)
	return {"respond_by": respond_by, "responded_on": responded, "response_minutes": took, "response": response}


def _hours_of(store: str) -> WorkingHours:
	"""With the special days of all the time that leads came in."""
	lead = frappe.qb.DocType(LEAD)
	functions = frappe.qb.functions
	first = frappe.qb.from_(lead).select(functions("min", lead.received_on)).where(lead.dealership == store).run()[0][0]
	return working_hours(store, get_datetime(first).date(), datetime.now().date() + timedelta(days=60))
