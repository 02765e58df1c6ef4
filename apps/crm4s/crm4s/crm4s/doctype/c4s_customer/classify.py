"""The nightly job that writes service facts and standard classifications of all customers, the only writer of both.

It goes through the customers in ranges of their names. Each range is read, computed and written as a set and committed by itself, so
that a killed run leaves whole ranges; a second run, also at the same time, writes the same again.
`modified` stays as it is: nobody edited these customers.
"""

from datetime import date

import frappe
import pandas as pd
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Date, Max, Min, Sum
from frappe.utils import add_days, getdate, nowdate

from crm4s.rows.ranges import name_ranges
from crm4s.rows.writer import write_columns
from crm4s.settings import setting
from crm4s.value.classification import CLASSES, FACTS, PURCHASES, SERVICE_FACTS, Limits, classify, service_facts

CUSTOMER = "C4S Customer"
RANGE_SIZE = 10_000
DAYS_OF_YEAR = 365
SQL_TYPES = {
	"service_count": "int",
	"last_visit_on": "date",
	"average_visit_interval_days": "int",
	"total_spent": "decimal(21,2)",
	**dict.fromkeys(CLASSES, "varchar(140)"),
}


def recompute_all() -> None:
	"""Write service facts and classes of every customer; the scheduler calls this each night."""
	today = getdate(nowdate())
	for first, last in name_ranges(CUSTOMER, RANGE_SIZE):
		recompute_range(first, last, today)
		frappe.db.commit()


def recompute_range(first: str, last: str, today: date) -> int:
	"""Write what is new of the customers whose names lie between `first` and `last`; return how many changed."""
	stored = _read_customers(first, last)
	visits = _read_visits(first, last, today).reindex(stored.index)
	open_cases = [_read_open("C4S Complaint", first, last, "open_complaints"), _read_open("C4S Lead", first, last, "open_leads")]
	facts = stored[["customer_kind", "purchase_purpose"]].join([visits, *open_cases])
	classes = classify(facts[list(FACTS)], _read_purchases(first, last), _limits(), today)
	return _write_changes(stored, service_facts(visits).join(classes), today)


def _read_customers(first: str, last: str) -> pd.DataFrame:
	customer = frappe.qb.DocType(CUSTOMER)
	columns = ["name", "customer_kind", "purchase_purpose", *SERVICE_FACTS, *CLASSES]
	rows = frappe.qb.from_(customer).select(*(customer[column] for column in columns)).where(customer.name[first:last]).run()
	return _frame(rows, columns, dates=["last_visit_on"], numbers=["total_spent"]).set_index("name")


def _read_visits(first: str, last: str, today: date) -> pd.DataFrame:
	"""Settled visits counted per customer; only those to the workshop count as visits, those of every kind as spending."""
	visit = frappe.qb.DocType("C4S Service Visit")
	day, in_workshop = Date(visit.settled_on), visit.visit_kind == "Workshop"
	workshop_day = Case().when(in_workshop, day)
	in_year = day > add_days(today, -DAYS_OF_YEAR)
	columns = {
		"visits": Count(workshop_day),
		"first_on": Min(workshop_day),
		"last_visit_on": Max(workshop_day),
		"total_spent": Sum(visit.customer_amount),
		"first_visit_on": Min(day),
		"visits_of_year": Sum(Case().when(in_year & in_workshop, 1).else_(0)),
		"spent_in_year": Sum(Case().when(in_year, visit.customer_amount).else_(0)),
		"margin_of_year": Sum(Case().when(in_year, visit.margin).else_(0)),
	}
	rows = (
		frappe.qb.from_(visit)
		.where(visit.customer[first:last])
		.where(visit.status == "Settled")
		.groupby(visit.customer)
		.select(visit.customer, *columns.values())
	).run()
	dates = ["first_on", "last_visit_on", "first_visit_on"]
	numbers = [column for column in columns if column not in dates]
	return _frame(rows, ["customer", *columns], dates, numbers).set_index("customer")


def _read_open(doctype: str, first: str, last: str, name: str) -> pd.DataFrame:
	table = frappe.qb.DocType(doctype)
	rows = (
		frappe.qb.from_(table)
		.where(table.customer[first:last])
		.where(table.status == "Open")
		.groupby(table.customer)
		.select(table.customer, Count(table.name))
	).run()
	return _frame(rows, ["customer", name], numbers=[name]).set_index("customer")


def _read_purchases(first: str, last: str) -> pd.DataFrame:
	"""One row a car that one of these customers came to own; it was used if somebody else had owned it before."""
	owner, earlier = frappe.qb.DocType("C4S Vehicle Party"), frappe.qb.DocType("C4S Vehicle Party").as_("earlier")
	rows = (
		frappe.qb.from_(owner)
		.left_join(earlier)
		.on(
			(earlier.parent == owner.parent)
			& (earlier.party_role == "Owner")
			& (earlier.customer != owner.customer)
			& (earlier.valid_from < owner.valid_from)
		)
		.where(owner.customer[first:last])
		.where(owner.party_role == "Owner")
		.where(owner.parenttype == "C4S Vehicle")
		.groupby(owner.name)
		.select(owner.customer, owner.valid_from, owner.valid_to, Count(earlier.name))
	).run()
	frame = _frame(rows, list(PURCHASES), dates=["bought_on", "given_up_on"], numbers=["is_used"])
	frame["is_used"] = frame["is_used"] > 0
	return frame


def _frame(rows, columns: list[str], dates: list[str] | None = None, numbers: list[str] | None = None) -> pd.DataFrame:
	frame = pd.DataFrame([list(row) for row in rows], columns=columns)
	for column in dates or []:
		frame[column] = pd.to_datetime(frame[column])
	for column in numbers or []:
		frame[column] = frame[column].astype(float)
	return frame


def _limits() -> Limits:
	return Limits(**{name: setting(name) for name in Limits.__dataclass_fields__})


def _write_changes(stored: pd.DataFrame, fresh: pd.DataFrame, today: date) -> int:
	"""Write the rows of `fresh` that differ from what is stored, all in one statement."""
	before, after = _comparable(stored), _comparable(fresh)
	changed = after[(before != after).any(axis=1)]
	if changed.empty:
		return 0
	_note_value_before(before["value_level"], after["value_level"], today)
	write_columns(CUSTOMER, SQL_TYPES, [(name, *(None if value == "" else value for value in row)) for name, *row in changed.itertuples()])
	frappe.clear_document_cache(CUSTOMER)
	return len(changed)


def _note_value_before(before: pd.Series, after: pd.Series, today: date) -> None:
	"""Whose value went up or down today, and from where; the first level that a customer gets is no change."""
	moved = (before != after) & (before != "") & (after != "")
	names = list(before[moved].index)
	if not names:
		return
	customer = frappe.qb.DocType(CUSTOMER)
	(
		frappe.qb.update(customer)
		.set(customer.value_level_before, customer.value_level)
		.set(customer.value_level_changed_on, today)
		.where(customer.name.isin(names))
	).run()


def _comparable(frame: pd.DataFrame) -> pd.DataFrame:
	"""The columns that are written, each as text or number, and nothing as "" or 0."""
	return pd.DataFrame(
		{
			"service_count": frame["service_count"].fillna(0).astype(int),
			"last_visit_on": frame["last_visit_on"].dt.strftime("%Y-%m-%d").fillna(""),
			"average_visit_interval_days": frame["average_visit_interval_days"].fillna(0).astype(int),
			"total_spent": frame["total_spent"].fillna(0).round(2),
			**{name: frame[name].fillna("") for name in CLASSES},
		},
		index=frame.index,
	)[list(SQL_TYPES)]
