"""Whom the profile looks at: members of a segment and other customers of its stores, as far as the reader's stores know them."""

from collections.abc import Sequence

import frappe
import pandas as pd
from frappe.query_builder import CustomFunction
from frappe.query_builder.functions import Count
from frappe.utils import getdate, nowdate
from pypika.terms import ExistsCriterion

from crm4s.access.chosen_stores import stores_to_count
from crm4s.crm4s.report.value_scope import VALUE, keep_scope
from crm4s.rows.writer import slices
from crm4s.segments.finding import is_customer_of
from crm4s.segments.members import MEMBER

CUSTOMER, RELATIONSHIP = "C4S Customer", "C4S Store Relationship"
LOOKED_AT, BATCH = 10_000, 2_500
CRC32, MOD = CustomFunction("crc32", ["text"]), CustomFunction("mod", ["number", "by"])
FACTS = [
	*("birthday", "lunar_birth_year", "total_spent", "service_count", "average_visit_interval_days", "completeness_percent", "value_class", "lifecycle_stage"),
	*("abc_class", "customer_kind", "sex", "use_class", "loyalty_class", "source", "city", "occupation", "income_band"),
]
VALUES = ["main_model", "margin_after_cost", "lifetime_value", "risk"]


def members(segment) -> tuple[list[str], int]:
	"""Names of at most LOOKED_AT members, an even part of them as their rows have random names, and how many there are."""
	member, stores = frappe.qb.DocType(MEMBER), _stores(segment)
	query = frappe.qb.from_(member).where(member.segment == segment.name)
	if stores is not None:
		query = query.where(is_customer_of(member.customer, stores))
	names = query.select(member.customer).orderby(member.name).limit(LOOKED_AT).run(pluck=True)
	size = query.select(Count("*")).run()[0][0] if len(names) == LOOKED_AT else len(names)
	return names, size


def others(segment) -> list[str]:
	"""Names of at most LOOKED_AT customers of the same stores who are not in the segment, an even part of them."""
	customer, tie, stores = frappe.qb.DocType(CUSTOMER), frappe.qb.DocType(RELATIONSHIP), _stores(segment)
	if stores is None:
		query, name = frappe.qb.from_(customer), customer.name
	else:
		query, name = frappe.qb.from_(tie).where(tie.dealership.isin(stores or [""])), tie.customer
	# One in so many by chance, without sorting a million names.
	one_in = max(-(-(query.select(Count(name).distinct()).run()[0][0] - frappe.db.count(MEMBER, {"segment": segment.name})) // LOOKED_AT), 1)
	return query.select(name).distinct().where(MOD(CRC32(name), one_in) == 0).where(_outside(segment, name)).limit(LOOKED_AT).run(pluck=True)


def facts_of(names: Sequence[str]) -> pd.DataFrame:
	"""One row a customer: FACTS, VALUES of what the reader may count, and age in years."""
	customer, value = frappe.qb.DocType(CUSTOMER), frappe.qb.DocType(VALUE)
	people, worth = [], []
	for part in slices(list(names), BATCH):
		people += frappe.qb.from_(customer).select(customer.name, *(customer[field] for field in FACTS)).where(customer.name.isin(part)).run()
		query = frappe.qb.from_(value).select(value.customer, *(value[field] for field in VALUES)).where(value.customer.isin(part))
		worth += keep_scope(query, value, None).run()
	frame = pd.DataFrame(list(people), columns=["name", *FACTS]).set_index("name")
	values = pd.DataFrame(list(worth), columns=["name", *VALUES]).sort_values("lifetime_value", ascending=False).drop_duplicates("name").set_index("name")
	frame = frame.join(values)
	frame["age"] = _ages(frame)
	# A customer who never came has no rhythm.
	frame["average_visit_interval_days"] = frame["average_visit_interval_days"].where(frame["average_visit_interval_days"] > 0)
	return frame


def _ages(frame: pd.DataFrame) -> pd.Series:
	today = getdate(nowdate())
	birthdays = pd.to_datetime(frame["birthday"], errors="coerce")
	had = (birthdays.dt.month * 100 + birthdays.dt.day) <= today.month * 100 + today.day
	age = today.year - birthdays.dt.year - (~had).astype(int)
	lunar = today.year - frame["lunar_birth_year"].astype(float).where(frame["lunar_birth_year"].astype(float) > 0)
	return age.where(birthdays.notna(), lunar).astype(float)


def _stores(segment) -> list[str] | None:
	"""The stores whose customers count: those of the segment that the reader works for."""
	return stores_to_count(segment.dealership, frappe.session.user)


def _outside(segment, column):
	member = frappe.qb.DocType(MEMBER)
	return ExistsCriterion(frappe.qb.from_(member).select(member.name).where((member.segment == segment.name) & (member.customer == column))).negate()
