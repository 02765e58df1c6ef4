"""The score of a customer's file and of a car's: which facts count how much, what is missing in words, and the nightly writing of what saving did not see."""

from collections.abc import Mapping
from functools import reduce

import frappe
from frappe import _
from frappe.query_builder.functions import Coalesce, Floor
from frappe.utils import cint
from pypika import Case
from pypika.terms import ExistsCriterion

from crm4s.crm4s.doctype.c4s_stock_movement.transitions import WITH_CUSTOMER
from crm4s.rows.ranges import name_ranges
from crm4s.runs import commit
from crm4s.value.completeness import completeness_percent, missing_facts

FACT, CUSTOMER, CAR = "C4S Completeness Fact", "C4S Customer", "C4S Vehicle"
PERSON, ORGANISATION, WITH_ONE, IN_STOCK = "Person", "Organisation", "Car of a Customer", "Car in Stock"
DOCTYPES = {PERSON: CUSTOMER, ORGANISATION: CUSTOMER, WITH_ONE: CAR, IN_STOCK: CAR}
PERCENT = "completeness_percent"
CACHE = "c4s_completeness_weights"
# Facts that are no field of the document, and how they are called.
SPECIAL = {"is_verified": "Phone Is Verified", "has_birthday": "Birthday", "has_decision_maker": "Decision-Maker"}
NUMBERS, MOMENTS = ("Int", "Float", "Currency", "Percent", "Check"), ("Date", "Datetime", "Time")
SLICE = 20_000


def weights_of(about: str) -> dict[str, int]:
	"""Fact → weight, of one kind of file."""
	found = frappe.cache.hget(CACHE, about)
	if found is None:
		rows = frappe.get_all(FACT, {"about": about}, ["fact", "weight"], order_by="name")
		found = {row.fact: cint(row.weight) for row in rows if cint(row.weight) > 0}
		frappe.cache.hset(CACHE, about, found)
	return found


def forget_weights() -> None:
	frappe.cache.delete_value(CACHE)


def kind_of(doctype: str, values: Mapping) -> str:
	"""As what a customer or a car counts."""
	if doctype == CUSTOMER:
		return PERSON if values.get("customer_kind") == "Private" else ORGANISATION
	# A new car gets its status from the movement that follows.
	return WITH_ONE if (values.get("status") or values.get("entered_as")) in WITH_CUSTOMER else IN_STOCK


def percent_of(doctype: str, facts: Mapping) -> int:
	"""
	Args:
		facts: the values of the document, with those of SPECIAL.
	"""
	return completeness_percent(facts, weights_of(kind_of(doctype, facts)))


def missing_of(document) -> list[str]:
	"""What is not known of a customer or car and counts, in the reader's words, the heaviest first; without what is closed to the reader."""
	facts, levels = document.completeness_facts(), document.meta.get_permlevel_access("read")
	lacking = missing_facts(facts, weights_of(kind_of(document.doctype, facts)))
	closed = {field.fieldname for field in document.meta.fields if field.permlevel and field.permlevel not in levels}
	return [label_of(document.doctype, fact) for fact in lacking if fact not in closed]


def label_of(doctype: str, fact: str) -> str:
	return _(SPECIAL.get(fact) or frappe.get_meta(doctype).get_label(fact))


def recompute() -> None:
	"""Write the scores that are not what the weights and the stored facts say: other weights, a reading, a new contact; in statements over ranges of names."""
	for doctype in (CUSTOMER, CAR):
		for first, last in name_ranges(doctype, SLICE):
			for about in (about for about, of in DOCTYPES.items() if of == doctype):
				_write(doctype, about, first, last)
			commit()


def _write(doctype: str, about: str, first: str, last: str) -> None:
	table, weights = frappe.qb.DocType(doctype), weights_of(about)
	whole = sum(weights.values())
	known = [Case().when(_is_known(doctype, table, fact), weight).else_(0) for fact, weight in weights.items()]
	percent = Floor(reduce(lambda one, other: one + other, known) * 100 / whole) if whole else 100
	column = table[PERCENT]
	frappe.qb.update(table).set(column, percent).where(
		table.name[first:last] & _counts_as(about, table) & (column.isnull() | (column != percent))
	).run()


def _counts_as(about: str, table):
	if about in (PERSON, ORGANISATION):
		return table.customer_kind == "Private" if about == PERSON else table.customer_kind != "Private"
	status = Coalesce(table.status, "")
	return status.isin(WITH_CUSTOMER) if about == WITH_ONE else status.notin(WITH_CUSTOMER)


def _is_known(doctype: str, table, fact: str):
	"""The same in SQL as `facts.get(fact)`."""
	if fact == "has_birthday":
		return table.birthday.isnotnull() | (Coalesce(table.lunar_birth_month, 0) > 0)
	if fact == "is_verified":
		return _has_row("C4S Customer Phone", table, is_primary=1, is_verified=1)
	if fact == "has_decision_maker":
		return _has_row("C4S Organisation Contact", table, is_decision_maker=1)
	field = frappe.get_meta(doctype).get_field(fact)
	if field.fieldtype == "Table":
		return _has_row(field.options, table)
	if field.fieldtype in MOMENTS:
		return table[fact].isnotnull()
	return Coalesce(table[fact], 0) != 0 if field.fieldtype in NUMBERS else Coalesce(table[fact], "") != ""


def _has_row(child: str, table, **values):
	row = frappe.qb.DocType(child)
	query = frappe.qb.from_(row).select(row.name).where(row.parent == table.name)
	for column, value in values.items():
		query = query.where(row[column] == value)
	return ExistsCriterion(query)
