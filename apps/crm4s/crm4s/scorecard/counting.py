"""A window of months, and how documents of all stores are counted in it: one query, whatever the number of stores."""

from dataclasses import dataclass
from datetime import date

import frappe
from frappe.query_builder.functions import Count, Sum
from pypika import Case
from pypika.terms import Term

from crm4s.access.stores import DEALERSHIP
from crm4s.value.scorecard import first_of_window, next_month

# Store, person (empty: nobody in particular), amount.
Amounts = list[tuple[str, str, float]]


@dataclass(frozen=True)
class Window:
	"""Months from the first day `start` to before `end`; `month` is the first day of the last of them, `before` where the window before begins."""

	month: date
	months: int
	start: date
	end: date
	before: date

	@classmethod
	def ending_with(cls, month: date, months: int) -> "Window":
		start = first_of_window(month, months)
		return cls(month, months, start, next_month(month), first_of_window(month, 2 * months))


def stores() -> list[str]:
	"""All nodes: named in a query they let it go along the indexes that begin with the store."""
	return frappe.get_all(DEALERSHIP, pluck="name", order_by="lft") or [""]


def in_window(window: Window, field: Term) -> Term:
	return (field >= window.start) & (field < window.end)


def count(doctype: str, window: Window, moment: str, *, person: str | None = None, amount=None, where=None) -> Amounts:
	"""Sum of `amount`, or the number of documents, by store and person, of those whose `moment` lies in the window.

	Args:
		person: the field that names whose work it was.
		amount, where: functions of the table that give what is summed, and a further condition.
	"""
	table = frappe.qb.DocType(doctype)
	names = [table.dealership, *([table[person]] if person else [])]
	condition = table.dealership.isin(stores()) & in_window(window, table[moment])
	query = frappe.qb.from_(table).where(condition & where(table) if where else condition).groupby(*names)
	rows = query.select(*names, Sum(amount(table)) if amount else Count("*")).run()
	return [(row[0], (person and row[1]) or "", float(row[-1] or 0)) for row in rows]


def ones(condition: Term) -> Term:
	"""1 where the condition holds, to be summed."""
	return Case().when(condition, 1).else_(0)
