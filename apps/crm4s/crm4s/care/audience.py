"""Whom a rule means: conditions over customer and car, as data, and the members of a segment."""

from crm4s.segments import conditions
from crm4s.segments.conditions import CUSTOMER, VEHICLE
from crm4s.segments.members import holds


def narrow(query, rule, customer, car=None):
	"""`query` with the rule's conditions; where it has no table of cars, they ask for a car that the customer owns."""
	query = query.where((customer.disabled == 0) | customer.disabled.isnull())
	if rule.customer_kind:
		query = query.where(customer.customer_kind == rule.customer_kind)
	if rule.segment:
		query = query.where(holds(rule.segment, customer.name))
	for row in _filters(rule, CUSTOMER):
		query = query.where(conditions.condition(customer, row))
	if not _asks_for_car(rule):
		return query
	if car is None:
		return query.where(conditions.owns_car(customer.name, lambda own: _of_cars(rule, own)))
	for criterion in _of_cars(rule, car):
		query = query.where(criterion)
	return query


def validate_filters(rule) -> None:
	"""Refuse a condition on a field that does not exist, or with a value that is none."""
	for row in rule.filters:
		conditions.validate(row)


def _of_cars(rule, car) -> list:
	criteria = [car[field] == rule.get(field) for field in ("brand", "model") if rule.get(field)]
	return criteria + [conditions.condition(car, row) for row in _filters(rule, VEHICLE)]


def _filters(rule, about: str) -> list:
	return [row for row in rule.filters if row.about == about]


def _asks_for_car(rule) -> bool:
	return bool(rule.brand or rule.model or _filters(rule, VEHICLE))
