"""Who would get something of a rule, and why: counts and a sample, nothing is written."""

from dataclasses import dataclass, field
from datetime import date

import frappe
from frappe import _
from frappe.utils import format_datetime

from crm4s.access.customers import sees_customer
from crm4s.care import words
from crm4s.care.judge import judge
from crm4s.care.slices import slices
from crm4s.identifiers.masking import mask_name
from crm4s.messages.facts import complaining_among

MOST_READ = 200_000
SAMPLE = 20


@dataclass
class Answer:
	"""`more` says that there are more than were read; `sample` are rows of customer, car, store, day and reason; `notes` are sentences."""

	day: str
	found: int = 0
	new: int = 0
	known: int = 0
	quiet: int = 0
	without_store: int = 0
	more: bool = False
	by_store: dict[str, int] = field(default_factory=dict)
	sample: list[dict] = field(default_factory=list)
	notes: list[str] = field(default_factory=list)


def try_out(rule, day: date) -> Answer:
	"""What a run for that day would make of a rule, saved or not, as if it had run the day before."""
	answer, chosen, complaining = Answer(str(day), notes=_notes(rule)), [], set()
	is_marketing = rule.purpose and frappe.get_cached_value("C4S Contact Purpose", rule.purpose, "is_marketing")
	for due_on, dues in slices(rule, day, day):
		judged = judge(rule, due_on, dues)
		answer.found += judged.found - judged.elsewhere
		answer.new += len(judged.new)
		answer.known += judged.known
		answer.quiet += judged.quiet
		answer.without_store += judged.without_store
		if is_marketing:
			complaining |= complaining_among([due.customer for _key, due, _store in judged.new])
		for _key, due, store in judged.new:
			answer.by_store[store] = answer.by_store.get(store, 0) + 1
			if len(chosen) < SAMPLE:
				chosen.append((due_on, due, store))
		if answer.found >= MOST_READ:
			answer.more = True
			break
	if complaining:
		answer.notes.append(_("{0} of them have an open complaint and get no message of this purpose until it is closed.").format(len(complaining)))
	answer.sample = [_row(rule, *one) for one in chosen]
	return answer


def _notes(rule) -> list[str]:
	"""Members are as old as their refresh: who reads the counts should know."""
	if not rule.segment:
		return []
	name, refreshed_on = frappe.db.get_value("C4S Segment", rule.segment, ["segment_name", "refreshed_on"])
	if not refreshed_on:
		return [_("Only members of the segment {0}, which are not complete yet.").format(name)]
	return [_("Only members of the segment {0}, as of {1}.").format(name, format_datetime(refreshed_on))]


def _row(rule, due_on: date, due, store: str) -> dict:
	"""Customers of other stores are not named."""
	name = frappe.db.get_value("C4S Customer", due.customer, "customer_name")
	sees = sees_customer(due.customer)
	return {
		"customer": due.customer if sees else None,
		"customer_name": name if sees else mask_name(name or ""),
		"plate_number": due.vehicle and sees and frappe.db.get_value("C4S Vehicle", due.vehicle, "plate_number") or "",
		"dealership": store,
		"due_on": str(due_on),
		"why": words.why(rule.trigger, due.facts, due.day),
	}
