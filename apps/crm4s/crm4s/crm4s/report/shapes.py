"""What reports have in common: by what they group, how keys read, which list a number opens, bars and sums.

A view is an Axis. A row of a report carries `key` (what it is grouped by), `label` (as people read it), `behind` (filters of lists) and
`span` (from when to when); with `opens(…)` a column says of which documents. public/js/desk/reports.js makes the number a link.
"""

from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Sum
from frappe.utils import add_days, getdate
from pypika import Case

from crm4s.access.chosen_stores import nodes_below
from crm4s.cells import harmless

MONTH = "Month"
MOST_BARS = 20
COLOURS = ("#2490EF", "#29CD42", "#F7B500", "#E24C4C")
NAMES = {"C4S Dealership": "dealership_name", "User": "full_name", "C4S Resource": "resource_name", "C4S Vehicle Model": "model_title", "C4S Campaign": "title"}
# What is called by its name in all languages.
PROPER = ("C4S Brand", "C4S Competitor")


@dataclass(frozen=True)
class Axis:
	"""A field by which documents are grouped, and to what it links; without a field, the month or ten days of the report's moment.

	What documents have no field for, such as how far a lead came, is not `listed`: their list cannot be filtered by it.
	"""

	field: str | None = None
	doctype: str | None = None
	listed: bool = True
	ten_days: bool = False

	def only(self, key) -> dict:
		"""The filter of a list for a key."""
		return {self.field: key or ["is", "not set"]} if self.field else {}

	def term(self, table, moment: str | None = None):
		"""The builder's key: text for a field, 202611 for a month, 2026113 for the last days of one. `table` gives a column by its name."""
		if self.field:
			# An expression, as the database groups by a column along its index and reads the documents of all times for it.
			return Coalesce(table[self.field], "")
		year, month, day = (frappe.qb.functions(part, table[moment]) for part in ("year", "month", "dayofmonth"))
		months = year * 100 + month
		return months * 10 + Case().when(day <= 10, 1).when(day <= 20, 2).else_(3) if self.ten_days else months


TEN_DAY_NAMES = ("First Ten Days", "Middle Ten Days", "Last Days")
STORE, CONSULTANT, ADVISOR = Axis("dealership", "C4S Dealership"), Axis("sales_consultant", "User"), Axis("service_advisor", "User")
BY_MONTH, BY_TEN_DAYS = Axis(), Axis(ten_days=True)


def read(rows: Iterable[Mapping], axis: Axis, filters, kept: Iterable[str] = ()) -> list[dict]:
	"""The rows with label, behind and span; months in their order.

	Args:
		kept: fields that filters and documents have in common.
	"""
	rows = [dict(row) for row in rows]
	names = labels([row["key"] for row in rows], axis)
	base = {field: filters[field] for field in kept if filters.get(field)}
	if filters.dealership:
		base["dealership"] = of_store(filters.dealership)
	span = [str(filters.from_date), str(filters.to_date)] if filters.from_date else None
	for row in rows:
		key = row["key"]
		row["label"] = harmless(names.get(key))
		row["span"] = span if axis.field else span_of(int(key), span)
		row["behind"] = {**base, **axis.only(key)} if axis.listed else None
	return rows if axis.field else sorted(rows, key=lambda row: row["key"])


def labels(keys: Iterable, axis: Axis) -> dict:
	"""What people read for each key: names of stores and people, months as 2026-11, other keys in the reader's language."""
	keys = [key for key in keys if key]
	if not axis.field:
		return {key: _period(int(key)) for key in keys}
	if axis.doctype in NAMES:
		field = NAMES[axis.doctype]
		found = dict(frappe.get_all(axis.doctype, {"name": ["in", keys or [""]]}, ["name", field], as_list=True))
		return {key: found.get(key) or key for key in keys}
	return {key: key if axis.doctype in PROPER else _(str(key)) for key in keys}


def of_store(chosen: str):
	"""The filter of a list for a store, or for all stores below a node."""
	nodes = nodes_below(chosen)
	return chosen if len(nodes) == 1 else ["in", nodes]


def span_of(key: int, span: Sequence[str]) -> list[str]:
	"""The first and last day of a month or of ten days of it, as far as the span goes."""
	month, part = divmod(key, 10) if _is_ten_days(key) else (key, 0)
	year, month = divmod(month, 100)
	end = monthrange(year, month)[1]
	first, last = {0: (1, end), 1: (1, 10), 2: (11, 20), 3: (21, end)}[part]
	return [str(max(date(year, month, first), getdate(span[0]))), str(min(date(year, month, last), getdate(span[1])))]


def _period(key: int) -> str:
	month, part = divmod(key, 10) if _is_ten_days(key) else (key, 0)
	text = f"{month // 100:04}-{month % 100:02}"
	return f"{text} {_(TEN_DAY_NAMES[part - 1])}" if part else text


def _is_ten_days(key: int) -> bool:
	return key > 999_999


def column(fieldname: str, label: str, fieldtype: str = "Int", width: int = 110, **more) -> dict:
	return {"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width, **more}


def key_column(view: str, width: int = 190) -> dict:
	return column("label", _(view), "Data", width)


def opens(doctype: str, moment: str | None = None, keep: Sequence[str] | None = None, **only) -> dict:
	"""For a column: its number opens the list of these documents.

	Args:
		moment: the field of theirs that lies in the row's span.
		keep: of the row's filters only these, where the documents do not have the others.
		only: further filters.
	"""
	return {"opens": doctype, "moment": moment, "keep": keep, "only": only}


def figure(label: str, value, datatype: str = "Int", indicator: str | None = None) -> dict:
	"""Of what is not known, a dash: nought per cent would be a figure."""
	if value is None:
		return {"label": label, "value": "–", "datatype": "Data"}
	return {"label": label, "value": value, "datatype": datatype, **({"indicator": indicator} if indicator else {})}


def bars(rows: Sequence[Mapping], series: Mapping[str, str], kind: str = "bar", most: int = MOST_BARS, **more) -> dict | None:
	"""The columns of `series` (field: name) of the first rows side by side."""
	if not rows:
		return None
	drawn = rows[:most]
	return {
		"type": kind,
		"fieldtype": "Int",
		"colors": list(COLOURS),
		"data": {
			"labels": [row["label"] or _("Not Set") for row in drawn],
			"datasets": [{"name": name, "values": [row[field] or 0 for row in drawn]} for field, name in series.items()],
		},
		**more,
	}


def within(moment, filters):
	"""The builder's condition that a moment lies in the time of the filters, the last day to its end."""
	return (moment >= filters.from_date) & (moment < add_days(filters.to_date, 1))


def count_if(condition):
	return Sum(Case().when(condition, 1).else_(0))


def sum_if(condition, amount):
	return Sum(Case().when(condition, amount).else_(0))


def equal_to(query, table, filters, fields: Iterable[str]):
	"""The query with a condition for each of the fields that was chosen in the filters."""
	for field in fields:
		if filters.get(field):
			query = query.where(table[field] == filters[field])
	return query
