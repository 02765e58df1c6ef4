"""The customers to be called: those of a person or of a store, the tasks of one customer together."""

import json

import frappe
from frappe import _
from frappe.utils import get_datetime, getdate, now_datetime

from crm4s.access.stores import stores_of
from crm4s.care import words
from crm4s.care.tasks import OPEN, TASK
from crm4s.masked_twins import shown
from crm4s.workflows.wording import in_own_language

SHOWN_TASKS = 300
# Calls to ask the questions of a survey.
INVITATION = "C4S Survey Invitation"
FIELDS = (
	*("name", "title", "customer", "vehicle", "dealership", "rule", "why", "facts", "due_on", "assigned_to", "owner_role", "attempts"),
	*("next_call_on", "escalated_on", "outcome", "reference_doctype", "reference_name"),
)
# Levels of C4S Customer's phone.
PHONE_LEVEL = 2


def queue_of(user: str, dealership: str, scope: str) -> dict:
	"""Open tasks that are due, as contacts with one customer each, the most urgent first.

	Args:
		scope: "mine": assigned to the user, and those of the user's roles that nobody has; "team": all of the store.

	Returns:
		contacts: [{customer, customer_name, phone, masked_phone, due_on, next_call_on, is_late, tasks: […]}], more: whether not all are shown.
	"""
	tasks = _tasks(user, dealership, scope)
	more, tasks = len(tasks) > SHOWN_TASKS, tasks[:SHOWN_TASKS]
	contacts = _join(tasks)
	_name(contacts)
	_name_cars(contacts)
	contacts.sort(key=lambda contact: (contact["next_call_on"] or "", contact["due_on"], contact["customer"]))
	contacts.sort(key=lambda contact: contact["waits"])
	return {"contacts": contacts, "more": more}


def _tasks(user: str, dealership: str, scope: str) -> list:
	filters = [["dealership", "=", dealership], ["status", "=", OPEN], ["due_on", "<=", getdate()]]
	if scope == "mine":
		roles = [role for role in frappe.get_roles(user) if role.startswith("C4S ")]
		nobodys = frappe.get_list(
			TASK,
			filters=[*filters, ["assigned_to", "is", "not set"], ["owner_role", "in", [*roles, ""]]],
			fields=list(FIELDS), order_by="due_on, name", limit_page_length=SHOWN_TASKS + 1,
		)
		own = frappe.get_list(
			TASK, filters=[*filters, ["assigned_to", "=", user]], fields=list(FIELDS), order_by="due_on, name", limit_page_length=SHOWN_TASKS + 1
		)
		return sorted([*own, *nobodys], key=lambda row: (row.due_on, row.name))
	return frappe.get_list(
		TASK, filters=filters, fields=list(FIELDS), order_by="due_on, name", limit_page_length=SHOWN_TASKS + 1
	)


def _join(tasks: list) -> list[dict]:
	now, today = now_datetime(), getdate()
	rules = {row.name: row for row in _rules({task.rule for task in tasks if task.rule})}
	contacts: dict[str, dict] = {}
	for task in tasks:
		contact = contacts.setdefault(
			task.customer,
			{"customer": task.customer, "due_on": str(task.due_on), "next_call_on": "", "attempts": 0, "is_late": False, "waits": True, "tasks": []},
		)
		later = task.next_call_on and get_datetime(task.next_call_on) > now
		contact["waits"] = contact["waits"] and bool(later)
		contact["due_on"] = min(contact["due_on"], str(task.due_on))
		contact["attempts"] = max(contact["attempts"], task.attempts or 0)
		contact["is_late"] = contact["is_late"] or (not later and task.due_on < today)
		if task.next_call_on:
			contact["next_call_on"] = max(contact["next_call_on"], str(task.next_call_on))
		contact["tasks"].append(_on_screen(task, rules.get(task.rule)))
	return list(contacts.values())


def _on_screen(task, rule) -> dict:
	return {
		"name": task.name,
		"why": _why(task),
		"rule": task.rule and _(task.rule),
		"script": rule and in_own_language(rule.script),
		"vehicle": task.vehicle,
		"plate_number": "",
		"due_on": str(task.due_on),
		"assigned_to": task.assigned_to,
		"escalated": bool(task.escalated_on),
		"outcome": task.outcome,
		"invitation": task.reference_name if task.reference_doctype == INVITATION else None,
	}


def _why(task) -> str:
	"""In the reader's language where a rule said why, else as somebody wrote it."""
	try:
		facts = json.loads(task.facts or "{}")
		return words.why(facts.pop("trigger"), facts, getdate(facts.pop("day", None)))
	except (KeyError, ValueError):
		return task.why or ""


def _rules(names: set[str]) -> list:
	return frappe.get_all("C4S Care Rule", {"name": ["in", sorted(names) or [""]]}, ["name", "script"])


def _name(contacts: list[dict]) -> None:
	"""Names and numbers, as far as the reader may see them: one query."""
	names = [contact["customer"] for contact in contacts]
	sees_phones = PHONE_LEVEL in frappe.get_meta("C4S Customer").get_permlevel_access("read")
	rows = frappe.get_all("C4S Customer", {"name": ["in", names or [""]]}, ["name", "customer_name", "sex", "masked_phone", "primary_phone"])
	known = {row.name: row for row in rows}
	for contact in contacts:
		row = known.get(contact["customer"], {})
		contact.update({"customer_name": row.get("customer_name"), "masked_phone": row.get("masked_phone")})
		contact["phone"] = row.get("primary_phone") if sees_phones else None


def _name_cars(contacts: list[dict]) -> None:
	"""Plates, in full for whoever may read them: one query."""
	field = shown("C4S Vehicle", "plate_number")
	tasks = [task for contact in contacts for task in contact["tasks"] if task["vehicle"]]
	plates = dict(frappe.get_all("C4S Vehicle", {"name": ["in", [task["vehicle"] for task in tasks] or [""]]}, ["name", field], as_list=True))
	for task in tasks:
		task["plate_number"] = plates.get(task["vehicle"]) or ""


def stores() -> list[dict]:
	"""The outlets whose tasks the current user works on, for the choice of one."""
	mine = stores_of()
	filters = {"is_group": 0, **({"name": ["in", mine or [""]]} if mine is not None else {})}
	return frappe.get_all("C4S Dealership", filters, ["name", "dealership_name"], order_by="lft", limit=200)
