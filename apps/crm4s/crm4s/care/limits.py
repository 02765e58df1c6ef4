"""No more tasks of a rule for one person and day than the rule says; the rest is found again the next night."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import cint

from crm4s.care.due import Due

TASK = "C4S Care Task"
New = tuple[str, Due, str]


def within_limit(rule, due_on: date, new: Sequence[New], people: Mapping[tuple[str, str], str]) -> list[New]:
	"""Those of the new ones for whom there is room today, in their order.

	Args:
		people: (customer, store) → who looks after the customer; of the others the store's queue counts as one person.
	"""
	most = cint(rule.most_a_day)
	if not most:
		return list(new)
	waiting, kept = _waiting(rule.name, due_on), []
	for key, due, store in new:
		who = (people.get((due.customer, store)) or "", store)
		if waiting[who] < most:
			waiting[who] += 1
			kept.append((key, due, store))
	return kept


def _waiting(rule: str, due_on: date) -> Counter:
	"""(Person, store) → tasks of this rule and day that are there already."""
	task = frappe.qb.DocType(TASK)
	query = frappe.qb.from_(task).select(task.assigned_to, task.dealership, Count("*")).where((task.rule == rule) & (task.due_on == due_on))
	return Counter({(person or "", store): count for person, store, count in query.groupby(task.assigned_to, task.dealership).run()})
