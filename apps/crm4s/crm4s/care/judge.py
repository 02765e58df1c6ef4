"""Of what a rule finds: what is new, what is known already, and whom to leave alone."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import frappe
from frappe.utils import cint

from crm4s.access.store_of_customer import store_of_each
from crm4s.care.due import Due, due_key
from crm4s.care.stores import below

TASK = "C4S Care Task"


@dataclass
class Judged:
	"""`new` are triples of key, due thing and store; the others are counts."""

	found: int = 0
	known: int = 0
	quiet: int = 0
	without_store: int = 0
	elsewhere: int = 0
	new: list[tuple[str, Due, str]] = field(default_factory=list)


def judge(rule, due_on: date, dues: Sequence[Due]) -> Judged:
	"""Sort out one slice of one day, in a few queries; nothing is written."""
	result = Judged()
	left = placed(rule, dues, _known, result)
	found = [due for _key, due, _store in left]
	disturbed, reminded = _disturbed(rule, due_on, found), _reminded(rule, due_on, found)
	for key, due, store in left:
		if due.customer in disturbed or (due.customer, due.vehicle or "") in reminded:
			result.quiet += 1
		else:
			result.new.append((key, due, store))
			if cint(rule.not_again_days):
				# The second of one slice comes after the first.
				reminded.add((due.customer, due.vehicle or ""))
	return result


def placed(rule, dues: Sequence[Due], known_of: Callable[[list[str]], set[str]], result: Judged) -> list[tuple[str, Due, str]]:
	"""Key, due thing and store of what is not known yet and is the rule's stores' to do, by key; counts what it leaves out.

	Args:
		known_of: which of these keys stand for something that was made before.
	"""
	by_key = {due_key(rule.name, due): due for due in dues}
	known = known_of(list(by_key))
	result.found, result.known = len(by_key), len(known)
	left = sorted((key, due) for key, due in by_key.items() if key not in known)
	stores, wanted = store_of_each(due.customer for _key, due in left if not due.dealership), below(rule.below_store)
	kept = []
	for key, due in left:
		store = due.dealership or stores.get(due.customer)
		if not store:
			result.without_store += 1
		elif wanted is not None and store not in wanted:
			result.elsewhere += 1
		else:
			kept.append((key, due, store))
	return kept


def _known(keys: list[str]) -> set[str]:
	return set(frappe.get_all(TASK, {"due_key": ["in", keys or [""]]}, pluck="due_key", order_by=None))


def _disturbed(rule, due_on: date, dues) -> set[str]:
	"""Customers for whom another rule made something in the days before; what is due on the same day is one contact."""
	if not cint(rule.quiet_days):
		return set()
	task = frappe.qb.DocType(TASK)
	query = (
		frappe.qb.from_(task)
		.select(task.customer)
		.distinct()
		.where(task.customer.isin(_customers(dues)))
		.where((task.due_on >= due_on - timedelta(days=rule.quiet_days)) & (task.due_on < due_on))
		.where((task.rule != rule.name) & (task.status != "Cancelled"))
	)
	return set(query.run(pluck=True))


def _reminded(rule, due_on: date, dues) -> set[tuple[str, str]]:
	"""Customers and cars for whom this rule made something within the days that it leaves between."""
	if not cint(rule.not_again_days):
		return set()
	task = frappe.qb.DocType(TASK)
	query = (
		frappe.qb.from_(task)
		.select(task.customer, task.vehicle)
		.distinct()
		.where(task.customer.isin(_customers(dues)))
		.where((task.due_on > due_on - timedelta(days=rule.not_again_days)) & (task.rule == rule.name))
	)
	return {(customer, vehicle or "") for customer, vehicle in query.run()}


def _customers(dues) -> list[str]:
	return sorted({due.customer for due in dues}) or [""]
