"""The nightly job that writes service facts and standard classifications of all customers, the only writer of both.

It goes through the customers in ranges of their names. Each range is read, computed and written as a set and committed by itself, so
that a killed run leaves whole ranges; a second run, also at the same time, writes the same again.
`modified` stays as it is: nobody edited these customers.
"""

from collections.abc import Iterator
from datetime import date

import frappe
import pandas as pd
from frappe.query_builder import Case
from frappe.query_builder.functions import Count, Date, Max, Min, Sum
from frappe.utils import add_days, getdate, nowdate

from crm4s.settings import setting
from crm4s.value.classification import CLASSES, FACTS, PURCHASES, Limits, classify

CUSTOMER = "C4S Customer"
RANGE_SIZE = 10_000
DAYS_OF_YEAR = 365


def recompute_all() -> None:
	"""Write service facts and classes of every customer; the scheduler calls this each night."""
	today = getdate(nowdate())
	for first, last in name_ranges(RANGE_SIZE):
		recompute_range(first, last, today)
		frappe.db.commit()


def recompute_range(first: str, last: str, today: date) -> int:
	"""Write service facts and classes of the customers whose names lie between `first` and `last`; return how many changed class."""
	write_service_facts(first, last)
	stored = _read_customers(first, last)
	facts = stored.join([_read_visits(first, last, today), _read_open("C4S Complaint", first, last, "open_complaints"),
		_read_open("C4S Lead", first, last, "open_leads")])
	classes = classify(facts[list(FACTS)], _read_purchases(first, last), _limits(), today)
	return _write_changes(stored[list(CLASSES)], classes)


def name_ranges(size: int) -> Iterator[tuple[str, str]]:
	"""First and last name of each next `size` customers in order of their names."""
	last = ""
	while names := frappe.get_all(
		CUSTOMER, filters={"name": [">", last]}, pluck="name", order_by="name", limit=size
	):
		last = names[-1]
		yield names[0], last


def write_service_facts(first: str, last: str) -> None:
	"""Workshop visits and what was paid for visits of every kind, counted and written in one statement."""
	customer, visit = frappe.qb.DocType(CUSTOMER), frappe.qb.DocType("C4S Service Visit")
	in_workshop = visit.visit_kind == "Workshop"
	day = Case().when(in_workshop, Date(visit.settled_on))
	visits = (
		_settled_visits(visit, first, last)
		.select(
			visit.customer,
			Sum(Case().when(in_workshop, 1).else_(0)).as_("visit_count"),
			Max(day).as_("last_on"),
			Min(day).as_("first_on"),
			Sum(visit.customer_amount).as_("spent"),
		)
		.groupby(visit.customer)
	).as_("visits")
	count = frappe.qb.functions("ifnull", visits.visit_count, 0)
	interval = Case().when(count > 1, frappe.qb.functions("round", frappe.qb.functions("datediff", visits.last_on, visits.first_on) / (count - 1)))
	(
		frappe.qb.update(customer)
		.left_join(visits)
		.on(visits.customer == customer.name)
		.set(customer.service_count, count)
		.set(customer.last_visit_on, visits.last_on)
		.set(customer.average_visit_interval_days, frappe.qb.functions("ifnull", interval, 0))
		.set(customer.total_spent, frappe.qb.functions("ifnull", visits.spent, 0))
		.where(customer.name[first:last])
	).run()


def _settled_visits(visit, first: str, last: str):
	return frappe.qb.from_(visit).where(visit.customer[first:last]).where(visit.status == "Settled")


def _read_customers(first: str, last: str) -> pd.DataFrame:
	customer = frappe.qb.DocType(CUSTOMER)
	columns = ["name", "customer_kind", "purchase_purpose", *CLASSES]
	rows = frappe.qb.from_(customer).select(*(customer[column] for column in columns)).where(customer.name[first:last]).run()
	return _frame(rows, ["customer", "customer_kind", "purchase_purpose", *CLASSES]).set_index("customer")


def _read_visits(first: str, last: str, today: date) -> pd.DataFrame:
	visit = frappe.qb.DocType("C4S Service Visit")
	day, in_workshop = Date(visit.settled_on), visit.visit_kind == "Workshop"
	in_year = day > add_days(today, -DAYS_OF_YEAR)
	rows = (
		_settled_visits(visit, first, last)
		.select(
			visit.customer,
			Min(day),
			Max(Case().when(in_workshop, day)),
			Sum(Case().when(in_year & in_workshop, 1).else_(0)),
			Sum(Case().when(in_year, visit.customer_amount).else_(0)),
			Sum(Case().when(in_year, visit.margin).else_(0)),
		)
		.groupby(visit.customer)
	).run()
	columns = ["first_visit_on", "last_visit_on", "visits_of_year", "spent_in_year", "margin_of_year"]
	return _frame(rows, ["customer", *columns], dates=columns[:2], numbers=columns[2:]).set_index("customer")


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


def _write_changes(stored: pd.DataFrame, classes: pd.DataFrame) -> int:
	"""One UPDATE for each combination of classes that came up anew; on most nights those are few."""
	changed = classes[(stored.fillna("") != classes).any(axis=1)]
	for values, rows in changed.groupby(list(CLASSES)):
		frappe.db.set_value(
			CUSTOMER, {"name": ["in", list(rows.index)]}, dict(zip(CLASSES, values, strict=True)), update_modified=False
		)
	return len(changed)
