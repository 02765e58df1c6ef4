"""Whom the conditions of a segment mean, as a query."""

from collections import defaultdict
from collections.abc import Sequence

import frappe
from frappe.utils import cint
from pypika.terms import Criterion, ExistsCriterion

from crm4s.access.chosen_stores import nodes_below
from crm4s.access.customers import CUSTOMER, RELATIONSHIP
from crm4s.crm4s.doctype.c4s_customer.c4s_customer import VALUE_FIELDS
from crm4s.masked_twins import may_read
from crm4s.segments import conditions, measures
from crm4s.segments.conditions import VEHICLE

BEHAVIOUR = "Behaviour"
FILTER, LIST = "Filter", "List"


def customers_of(segment, between: tuple[str, str] | None = None):
	"""Query of the names of the customers whom the segment's conditions mean; a filter without conditions means everybody.

	Args:
		segment: a C4S Segment, saved or not.
		between: first and last name of those that are asked about.
	"""
	customer, stores = frappe.qb.DocType(CUSTOMER), stores_of_segment(segment)
	query = frappe.qb.from_(customer).select(customer.name).where((customer.disabled == 0) | customer.disabled.isnull())
	if between:
		query = query.where(customer.name[between[0] : between[1]])
	if stores is not None:
		query = query.where(is_customer_of(customer.name, stores))
	groups = groups_of(segment)
	if not groups:
		return query
	return query.where(Criterion.any(_all_of(customer, rows, stores, between) for rows in groups))


def stores_of_segment(segment) -> list[str] | None:
	"""The stores whose customers count; None for the whole group."""
	return nodes_below(segment.dealership) if segment.dealership else None


def is_customer_of(customer, stores: Sequence[str]):
	"""Criterion that one of the stores has a relationship with `customer`, a column."""
	relation = frappe.qb.DocType(RELATIONSHIP)
	known = frappe.qb.from_(relation).select(relation.name)
	return ExistsCriterion(known.where((relation.customer == customer) & relation.dealership.isin(list(stores) or [""])))


def groups_of(segment) -> list[list]:
	"""The rows of conditions that must hold together, group by group."""
	groups = defaultdict(list)
	for row in segment.filters if segment.kind == FILTER else ():
		groups[cint(row.group_number)].append(row)
	return [groups[number] for number in sorted(groups)]


def validate(segment) -> None:
	"""Refuse conditions that cannot be asked."""
	for row in segment.filters:
		row.group_number = cint(row.group_number) or 1
		if row.about == BEHAVIOUR:
			measures.validate(row)
			continue
		row.within = 0
		field = conditions.compared_field(row)
		if _is_closed(field) or not may_read(conditions.OF[row.about], field.fieldname):
			frappe.throw(frappe._("{0} is shown to some only, so that segments do not ask for it.").format(frappe._(field.label)))
		conditions.validate(row)


def closed_conditions(segment) -> list:
	"""Conditions on fields that only some may read: those of segments that were saved while everybody did. Who is in such a segment tells what stands there."""
	rows = [row for row in segment.filters if row.about != BEHAVIOUR]
	return [row for row in rows if _is_closed(frappe.get_meta(conditions.OF[row.about]).get_field(row.fieldname))]


def _is_closed(field) -> bool:
	return bool(field and cint(field.permlevel) and field.fieldname not in VALUE_FIELDS)


def _all_of(customer, rows, stores, between):
	criteria = []
	of_cars = [row for row in rows if row.about == VEHICLE]
	if of_cars:
		# One car for which all of them hold.
		criteria.append(conditions.owns_car(customer.name, lambda car: [conditions.condition(car, row) for row in of_cars]))
	for row in rows:
		if row.about == BEHAVIOUR:
			criteria.append(measures.condition(customer.name, row, measures.stores_that_count(stores), between))
		elif row.about != VEHICLE:
			criteria.append(conditions.condition(customer, row))
	return Criterion.all(criteria)
