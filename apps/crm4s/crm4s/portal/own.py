"""What belongs to a viewer.

Each document type that a page may name has one rule here, a condition of the query builder. A name that is not the viewer's is answered like
a name that is not there: nobody learns which exist.
"""

from collections.abc import Callable

import frappe
from pypika.terms import Criterion

from crm4s.portal.viewer import Viewer

VEHICLE = "C4S Vehicle"
# A name that no document has: an empty list of names is no list for the database.
NOBODY = "\0"

Rule = Callable[[Viewer, object], Criterion]
_rules: dict[str, Rule] = {}


class NotYoursError(Exception):
	"""There is no such page for this viewer."""


def rule(doctype: str) -> Callable[[Rule], Rule]:
	"""Decorator: the function says which rows of the document type are a viewer's, as a condition on the given table."""

	def register(function: Rule) -> Rule:
		if doctype in _rules:
			raise ValueError(f"{doctype} has a rule already")
		_rules[doctype] = function
		return function

	return register


def document_types() -> tuple[str, ...]:
	return tuple(_rules)


def condition(viewer: Viewer, doctype: str, table) -> Criterion:
	"""
	Raises:
		KeyError: no rule says whose documents of this type are.
	"""
	return _rules[doctype](viewer, table)


def require(viewer: Viewer, doctype: str, name: str) -> str:
	"""The name, spelt as the document is, if it is the viewer's own.

	Raises:
		NotYoursError: it is not, or there is none.
	"""
	if not isinstance(name, str) or not 0 < len(name) <= 140:
		raise NotYoursError
	table = frappe.qb.DocType(doctype)
	found = frappe.qb.from_(table).select(table.name).where((table.name == name) & condition(viewer, doctype, table)).run()
	if not found:
		raise NotYoursError
	return found[0][0]


def rows(viewer: Viewer, doctype: str, *fields: str, where: Callable[[object], Criterion] | None = None, order_by: str = "name", newest_first: bool = False, limit: int = 50) -> list:
	"""Rows of the viewer's documents of this type, as dicts.

	Args:
		where: a further condition on the table.
	"""
	table = frappe.qb.DocType(doctype)
	query = frappe.qb.from_(table).select(table.name, *(table[field] for field in fields)).where(condition(viewer, doctype, table))
	if where:
		query = query.where(where(table))
	return query.orderby(table[order_by], order=frappe.qb.desc if newest_first else frappe.qb.asc).limit(limit).run(as_dict=True)


def of_customers(viewer: Viewer, table, field: str = "customer") -> Criterion:
	"""Rows of whom the viewer is, or whose every matter is the viewer's."""
	return table[field].isin(viewer.whole)


def of_cars(viewer: Viewer, table, field: str = "vehicle") -> Criterion:
	"""Rows about a car that the viewer sees now, whoever brought it."""
	return table[field].isin(viewer.cars or (NOBODY,))


@rule(VEHICLE)
def _cars(viewer: Viewer, table) -> Criterion:
	return of_cars(viewer, table, "name")
