"""The daily run of the rules: what is due exists once afterwards, however often it runs and wherever it is stopped.

A slice is a transaction that begins with a lock of its rule: two runs at once take turns slice by slice, the second finds the keys of the
first, and the unique key is there for whatever else may go wrong.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from time import perf_counter

import frappe
from frappe import _
from frappe.utils import flt, getdate, now, now_datetime, nowdate

from crm4s.care import recalls, words
from crm4s.care.due import Due
from crm4s.care.judge import judge
from crm4s.care.limits import within_limit
from crm4s.care.slices import days_of, slices
from crm4s.care.stores import person_of_each
from crm4s.customer_value import jobs as values
from crm4s.lead_intake.receive import receive
from crm4s.masked_twins import plate_in_title
from crm4s.messages.kinds import TASK as CALL
from crm4s.messages.outbox import Wish, queue
from crm4s.retention import opening
from crm4s.rows.names import Series
from crm4s.rows.writer import insert_unless_known, update_rows
from crm4s.runs import commit, guarded, rollback
from crm4s.segments.members import refresh_all

RULE, TASK, RUN = "C4S Care Rule", "C4S Care Task", "C4S Care Run"
OPEN, MESSAGE, DONE = "Open", "Message", "Done"
LEAD_OPENED, CASE_IS_OPEN = "Lead Opened", "Case Is Open"
COLUMNS = (
	*("name", "creation", "modified", "owner", "modified_by", "docstatus", "idx", "title", "customer", "vehicle", "dealership"),
	*("rule", "why", "status", "due_on", "assigned_to", "owner_role", "attempts", "facts", "due_key", "outcome", "closed_on"),
)


@dataclass
class Counts:
	found: int = 0
	created: int = 0
	known: int = 0
	quiet: int = 0
	without_store: int = 0


def run_all(tell: Callable[[int, int, str], None] | None = None, today: date | None = None) -> str:
	"""Run every enabled rule for today and the days that were missed; the name of the C4S Care Run.

	A rule that fails is noted, and the others go on.

	Args:
		tell: called before each rule with its number, how many there are, and its name.
		today: another day than the one of the clock.
	"""
	today, began = today or getdate(nowdate()), perf_counter()
	log = frappe.get_doc({"doctype": RUN, "day": today, "started_on": now_datetime(), "status": "Running"}).insert(ignore_permissions=True)
	commit()
	recalls.match_active()
	commit()
	rules = frappe.get_all(RULE, {"enabled": 1}, pluck="name", order_by="priority, name")
	for number, name in enumerate(rules, start=1):
		if tell:
			tell(number, len(rules), name)
		log.append("rules", _line(name, today)).db_insert()
		_note(log, began)
	has_errors = any(row.error for row in log.rules)
	_note(log, began, status="With Errors" if has_errors else "Done", ended_on=now_datetime())
	return log.name


def run_nightly() -> None:
	"""Each night: what customers are worth and who is in the segments first, as the rules ask for both. One job, since the scheduler keeps no order between jobs."""
	guarded(values.run, "Customer Values")
	refresh_all()
	run_daily()


def run_rule(name: str, today: date) -> dict:
	"""Run one rule and remember it; what the log says of it."""
	rule = frappe.get_doc(RULE, name)
	first, last = days_of(rule, today)
	counts = Counts()
	for due_on, dues in slices(rule, first, last):
		commit()
		_lock(name)
		judged = judge(rule, due_on, dues)
		created = write(rule, due_on, judged.new)
		counts.found += judged.found - judged.elsewhere
		counts.created += created
		left = len(judged.new) - created
		# What is left over was made by another run meanwhile, or is more than the rule asks of a person on one day.
		counts.known += judged.known + (0 if rule.most_a_day else left)
		counts.quiet += judged.quiet + (left if rule.most_a_day else 0)
		counts.without_store += judged.without_store
		commit()
	frappe.db.set_value(RULE, name, "last_run_for", last, update_modified=False)
	commit()
	return {"rule": name, "first_day": first, "last_day": last, **vars(counts)}


def write(rule, due_on: date, new: list[tuple[str, Due, str]]) -> int:
	"""Make tasks of what is new, and the messages or leads that follow; how many were not there already."""
	if not new:
		return 0
	calls = rule.channels[0].channel == CALL or rule.opens_lead
	people = person_of_each(((due.customer, store) for _key, due, store in new), rule.owner_role)
	new = within_limit(rule, due_on, new, people)
	if not new:
		return 0
	titles, moment = _titles([due for _key, due, _store in new]), now()
	names = Series(TASK).reserve([{"rule": rule.name}] * len(new))
	rows = [
		(
			*(name, moment, moment, frappe.session.user, frappe.session.user, 0, 0, titles[due.customer, due.vehicle]),
			*(due.customer, due.vehicle, store, rule.name, words.why(rule.trigger, due.facts, due.day), OPEN if calls else MESSAGE, due_on),
			*(people.get((due.customer, store)), rule.owner_role, 0, json.dumps(_facts(rule, due), ensure_ascii=False, default=str), key),
			*(None, None),
		)
		for name, (key, due, store) in zip(names, new, strict=True)
	]
	made = set(insert_unless_known(TASK, COLUMNS, rows))
	written = [(name, *one) for name, one in zip(names, new, strict=True) if name in made]
	if rule.opens_lead:
		_open_leads(rule, written)
	if rule.opens_case:
		_open_cases(rule, written, people if calls else {}, calls)
	if not calls:
		queue([_wish(rule, *one) for one in written])
	return len(written)


def _line(name: str, today: date) -> dict:
	began = perf_counter()
	try:
		line = run_rule(name, today)
	except Exception as failure:
		# Whatever one rule stumbles over, the customers of the others are cared for.
		rollback()
		frappe.log_error(title=f"Care rule {name}", message=frappe.get_traceback())
		line = {"rule": name, "error": f"{type(failure).__name__}: {failure}"[:500]}
	return {**line, "seconds": flt(perf_counter() - began, 2)}


def _lock(rule: str) -> None:
	table = frappe.qb.DocType(RULE)
	frappe.qb.from_(table).select(table.name).where(table.name == rule).for_update().run()


def _titles(dues: list[Due]) -> dict[tuple[str, str | None], str]:
	names = dict(_pairs("C4S Customer", "customer_name", {due.customer for due in dues}))
	plates = dict(_pairs("C4S Vehicle", "plate_number", {due.vehicle for due in dues if due.vehicle}))
	return {
		(due.customer, due.vehicle): " · ".join(part for part in (names.get(due.customer), plate_in_title(plates.get(due.vehicle))) if part)[:140]
		for due in dues
	}


def _pairs(doctype: str, field: str, names: set[str]) -> list[tuple]:
	return frappe.get_all(doctype, {"name": ["in", sorted(names) or [""]]}, ["name", field], as_list=True, order_by=None)


def _facts(rule, due: Due) -> dict:
	return {"trigger": rule.trigger, "day": due.day, **due.facts}


def _wish(rule, task: str, key: str, due: Due, store: str) -> Wish:
	return Wish(
		source_key=key,
		customer=due.customer,
		purpose=rule.purpose,
		channels=tuple(row.channel for row in rule.channels),
		template=rule.template,
		values={"day": due.day, **{name: value for name, value in due.facts.items() if value is not None}},
		dealership=store,
		vehicle=due.vehicle,
		reference_doctype=TASK,
		reference_name=task,
	)


def _open_leads(rule, written: list[tuple[str, str, Due, str]]) -> None:
	"""A lead for each, or one more word to the open lead of the customer; where it cannot be one, the task stays for somebody to look at."""
	for task, key, due, store in written:
		result = receive(_lead_facts(rule, due, store), rule.lead_source, external_key=f"care:{key}")
		if not result.lead:
			continue
		frappe.db.set_value(
			TASK,
			task,
			{
				"status": DONE, "outcome": LEAD_OPENED, "closed_on": now_datetime(),
				"reference_doctype": "C4S Lead", "reference_name": result.lead,
			},
			update_modified=False,
		)


def _open_cases(rule, written: list[tuple[str, str, Due, str]], people: dict, calls: bool) -> None:
	"""A case for each; the call is its first contact, and is not needed where somebody works on a case already."""
	wishes = [
		opening.Wish(
			due.customer, store, rule.case_reason, due.vehicle, task if calls else None, people.get((due.customer, store)), rule.owner_role,
			words.why(rule.trigger, due.facts, due.day),
		)
		for task, _key, due, store in written
	]
	opened = opening.open_cases(wishes)
	first, rows = set(), []
	for (task, *_rest), wish in zip(written, wishes, strict=True):
		case = opened[wish.key]
		values = {"reference_doctype": "C4S Retention Case", "reference_name": case.case}
		if calls and (not case.is_new or wish.key in first):
			values |= {"status": DONE, "outcome": CASE_IS_OPEN, "closed_on": now_datetime()}
		first.add(wish.key)
		rows.append({"name": task, **values})
	update_rows(TASK, rows)


def _lead_facts(rule, due: Due, store: str) -> dict:
	customer = frappe.db.get_value("C4S Customer", due.customer, ["customer_name", "primary_phone", "email", "wechat"], as_dict=True)
	return {
		"lead_name": customer.customer_name,
		"phone": customer.primary_phone,
		"email": customer.email,
		"wechat": customer.wechat,
		"customer": due.customer,
		"dealership": store,
		"purchase_kind": "Replacement",
		"current_car": due.vehicle and frappe.db.get_value("C4S Vehicle", due.vehicle, "vehicle_title"),
		"needs": words.why(rule.trigger, due.facts, due.day),
	}


def _note(log, began: float, **values) -> None:
	"""How far the run is, readable while it goes on."""
	created = sum(row.created or 0 for row in log.rules)
	log.db_set({"created": created, "seconds": flt(perf_counter() - began, 1), **values}, update_modified=False)
	commit()


def run_daily() -> None:
	"""By the clock, in the language of the site: what it writes is read by everybody."""
	frappe.local.lang = frappe.db.get_default("lang") or "zh"
	run_all()


def progress(number: int, count: int, rule: str) -> None:
	frappe.publish_progress(100 * (number - 1) / count, title=_("Care Rules"), description=_(rule))
