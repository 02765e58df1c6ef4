"""How many customers a segment would have, and some of them with the reason, before anything is saved."""

from contextlib import contextmanager
from dataclasses import dataclass, field

import frappe
from frappe.query_builder.functions import Count, Max

from crm4s.access.customers import CUSTOMER
from crm4s.access.stores import stores_of
from crm4s.crm4s.doctype.c4s_stock_movement.transitions import WITH_CUSTOMER
from crm4s.segments import catalogue, conditions, finding, measures
from crm4s.segments.conditions import VEHICLE
from crm4s.segments.finding import BEHAVIOUR

SAMPLE = 10
LONGEST_SECONDS = 8


@dataclass
class Preview:
	"""`size` is None where counting takes too long; `sample` are rows of customer, name, store city and reason."""

	size: int | None = None
	sample: list[dict] = field(default_factory=list)
	conditions: list[list[str]] = field(default_factory=list)


def preview(segment) -> Preview:
	"""Whom the conditions mean now; the sample names only whom the current user sees.

	Args:
		segment: a C4S Segment, saved or not, whose conditions are valid.
	"""
	answer = Preview(conditions=[[catalogue.said(row) for row in rows] for rows in finding.groups_of(segment)])
	found = finding.customers_of(segment)
	with limited_to(LONGEST_SECONDS):
		try:
			answer.size = frappe.qb.from_(found.as_("found")).select(Count("*")).run()[0][0]
			answer.sample = _sample(segment, found)
		except frappe.db.OperationalError as error:
			# The refresh in the background has the time that this has not.
			if not frappe.db.is_statement_timeout(error):
				raise
	return answer


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
