"""How many customers a segment would have, and some of them with the reason, before anything is saved."""

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter

import frappe
from frappe.query_builder.functions import Count, Max

from crm4s.access.customers import CUSTOMER
from crm4s.access.stores import stores_of
from crm4s.crm4s.doctype.c4s_stock_movement.transitions import WITH_CUSTOMER
from crm4s.rows.names import Series
from crm4s.segments import catalogue, conditions, finding, measures
from crm4s.segments.conditions import VEHICLE
from crm4s.segments.finding import BEHAVIOUR

SAMPLE = 10
# Where counting everybody takes longer, some stretches of customers are counted.
LONGEST_SECONDS = 3
STRETCHES, STRETCH = 20, 250


@dataclass
class Preview:
	"""`size` is None where even an estimate takes too long; `estimated` says that it is one; `sample` are rows of customer, name, city and reason."""

	size: int | None = None
	estimated: bool = False
	sample: list[dict] = field(default_factory=list)
	conditions: list[list[str]] = field(default_factory=list)


def preview(segment) -> Preview:
	"""Whom the conditions mean now; the sample names only whom the current user sees.

	Args:
		segment: a C4S Segment, saved or not, whose conditions are valid.
	"""
	answer = Preview(conditions=[[catalogue.said(row) for row in rows] for rows in finding.groups_of(segment)])
	answer.size = _in_time(lambda: _count(segment))
	if answer.size is not None:
		answer.sample = _in_time(lambda: _sample(segment, finding.customers_of(segment))) or []
		return answer
	stretches = _stretches()
	answer.size = _in_time(lambda: _estimate(segment, stretches))
	answer.estimated = answer.size is not None
	answer.sample = _in_time(lambda: _sample_of_stretches(segment, stretches)) or []
	return answer


def _in_time(read: Callable):
	"""What `read` answers; None where the database takes too long. The refresh in the background has the time that this has not."""
	with limited_to(LONGEST_SECONDS):
		try:
			return read()
		except frappe.db.OperationalError as error:
			if not frappe.db.is_statement_timeout(error):
				raise
			return None


def _count(segment, between: tuple[str, str] | None = None) -> int:
	return frappe.qb.from_(finding.customers_of(segment, between).as_("found")).select(Count("*")).run()[0][0]


def _stretches() -> list[tuple[str, str]]:
	"""First and last name of some stretches of customers, spread over all who were ever named in the series."""
	series = Series(CUSTOMER)
	last = series.last() if series.prefix is not None else 0
	customer, stretches = frappe.qb.DocType(CUSTOMER), []
	query = frappe.qb.from_(customer).select(customer.name).orderby(customer.name).limit(STRETCH)
	for number in range(STRETCHES):
		first = f"{series.prefix}{1 + number * last // STRETCHES:0{series.digits}d}"
		names = query.where(customer.name >= first).run(pluck=True) if last else []
		if names and (not stretches or names[0] > stretches[-1][1]):
			stretches.append((names[0], names[-1]))
	return stretches


def _estimate(segment, stretches: list[tuple[str, str]]) -> int | None:
	"""Of the customers in the stretches as many as of all, to two figures that count; of as many stretches as there is time for."""
	customer, until = frappe.qb.DocType(CUSTOMER), perf_counter() + LONGEST_SECONDS
	looked_at = found = 0
	# From everywhere first, should the time not do.
	for between in stretches[::2] + stretches[1::2]:
		found += _count(segment, between)
		looked_at += frappe.qb.from_(customer).where(customer.name[between[0] : between[1]]).select(Count("*")).run()[0][0]
		if perf_counter() > until:
			break
	return int(float(f"{found / looked_at * _about_how_many():.1e}")) if looked_at else None


def _about_how_many() -> int:
	"""Customers in the database, as its statistics have it: counting them is what takes too long."""
	rows = frappe.db.sql(
		"select table_rows from information_schema.tables where table_schema = database() and table_name = %s", f"tab{CUSTOMER}"
	)
	return int(rows[0][0] or 0)


def _sample_of_stretches(segment, stretches: list[tuple[str, str]]) -> list[dict]:
	rows, until = [], perf_counter() + LONGEST_SECONDS
	for between in stretches:
		if len(rows) < SAMPLE and perf_counter() < until:
			rows += _sample(segment, finding.customers_of(segment, between))
	return rows[:SAMPLE]


@contextmanager
def limited_to(seconds: int):
	"""The database gives up a query of the block that takes longer."""
	before = frappe.db.sql("select @@max_statement_time")[0][0]
	frappe.db.sql("set session max_statement_time = %s", seconds)
	try:
		yield
	finally:
		frappe.db.sql("set session max_statement_time = %s", before)


def _sample(segment, found) -> list[dict]:
	customer, stores = frappe.qb.DocType(CUSTOMER), stores_of()
	if stores is not None:
		found = found.where(finding.is_customer_of(customer.name, stores))
	names = found.orderby(customer.name).limit(SAMPLE).run(pluck=True)
	rows = frappe.get_list(CUSTOMER, {"name": ["in", names or [""]]}, ["name", "customer_name", "city"], order_by="name")
	reasons = _reasons(segment, [row.name for row in rows])
	return [{"customer": row.name, "customer_name": row.customer_name, "city": row.city, "why": reasons[row.name]} for row in rows]


def _reasons(segment, names: list[str]) -> dict[str, str]:
	"""What of each customer the conditions look at."""
	stores = measures.stores_that_count(finding.stores_of_segment(segment))
	said: dict[str, list[str]] = {name: [] for name in names}
	seen = set()
	for rows in finding.groups_of(segment) if names else ():
		of_cars = [row for row in rows if row.about == VEHICLE]
		if of_cars:
			for name, plate in _cars(of_cars, names).items():
				said[name].append(plate)
		for row in rows:
			key = (row.about, row.fieldname, row.within, row.within_unit)
			if row.about == VEHICLE or key in seen:
				continue
			seen.add(key)
			figures = measures.figures(row, names, stores) if row.about == BEHAVIOUR else _fields(row, names)
			for name in names:
				said[name].append(f"{catalogue.label_of(row)} {catalogue.shown(row, figures.get(name))}")
	return {name: " · ".join(dict.fromkeys(parts)) for name, parts in said.items()}


def _fields(row, names: list[str]) -> dict:
	return dict(frappe.get_all(CUSTOMER, {"name": ["in", names]}, ["name", row.fieldname], as_list=True))


def _cars(rows, names: list[str]) -> dict[str, str]:
	"""A car of each customer for which the conditions hold."""
	car = frappe.qb.DocType("C4S Vehicle")
	query = frappe.qb.from_(car).where(car.current_owner.isin(names) & car.status.isin(WITH_CUSTOMER)).groupby(car.current_owner)
	for row in rows:
		query = query.where(conditions.condition(car, row))
	return {name: title or "" for name, title in query.select(car.current_owner, Max(car.vehicle_title)).run()}
