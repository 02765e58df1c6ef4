"""Whom a rule means: conditions over customer and car, as data."""

import frappe
from frappe import _
from frappe.utils import cast, cint
from pypika.terms import ExistsCriterion

from crm4s.care.due import tables
from crm4s.crm4s.doctype.c4s_stock_movement.transitions import WITH_CUSTOMER

OF = {"Customer": "C4S Customer", "Vehicle": "C4S Vehicle"}
SINGLE = ("Data", "Select", "Link", "Int", "Float", "Currency", "Percent", "Check", "Date", "Datetime", "Small Text", "Text")
TEXTS = ("Data", "Select", "Link", "Small Text", "Text")
COMPARED = {
	"=": lambda column, value: column == value,
	"!=": lambda column, value: column.isnull() | (column != value),
	">": lambda column, value: column > value,
	">=": lambda column, value: column >= value,
	"<": lambda column, value: column < value,
	"<=": lambda column, value: column <= value,
}
SET, NOT_SET = "is set", "is not set"


def narrow(query, rule, customer, car=None):
	"""`query` with the rule's conditions; where it has no table of cars, they ask for a car that the customer owns."""
	query = query.where((customer.disabled == 0) | customer.disabled.isnull())
	if rule.customer_kind:
		query = query.where(customer.customer_kind == rule.customer_kind)
	for row in _filters(rule, "Customer"):
		query = query.where(_condition(customer, row))
	if not _asks_for_car(rule):
		return query
	if car is not None:
		return _narrow_cars(query, rule, car)
	_customer, own = tables()
	own = own.as_("own_car")
	owned = frappe.qb.from_(own).select(own.name).where((own.current_owner == customer.name) & own.status.isin(WITH_CUSTOMER))
	return query.where(ExistsCriterion(_narrow_cars(owned, rule, own)))


def validate_filters(rule) -> None:
	"""Refuse a condition on a field that does not exist, or with a value that is none."""
	for row in rule.filters:
		row.fieldname = (row.fieldname or "").strip()
		field = frappe.get_meta(OF[row.about]).get_field(row.fieldname)
		if not field or field.fieldtype not in SINGLE or field.get("is_virtual"):
			frappe.throw(_("{0} has no field {1} that can be compared.").format(_(OF[row.about]), frappe.utils.escape_html(row.fieldname)))
		if row.operator in (SET, NOT_SET):
			row.value = None
			continue
		if not (row.value or "").strip():
			frappe.throw(_("The condition on {0} needs a value.").format(_(field.label)))
		try:
			for value in _values(row):
				_cast(field.fieldtype, value)
		except (ValueError, TypeError):
			frappe.throw(_("{0} is no value of {1}.").format(frappe.utils.escape_html(row.value), _(field.label)))


def _narrow_cars(query, rule, car):
	if rule.brand:
		query = query.where(car.brand == rule.brand)
	if rule.model:
		query = query.where(car.model == rule.model)
	for row in _filters(rule, "Vehicle"):
		query = query.where(_condition(car, row))
	return query


def _filters(rule, about: str) -> list:
	return [row for row in rule.filters if row.about == about]


def _asks_for_car(rule) -> bool:
	return bool(rule.brand or rule.model or _filters(rule, "Vehicle"))


def _condition(table, row):
	field = frappe.get_meta(OF[row.about]).get_field(row.fieldname)
	column = table[row.fieldname]
	if row.operator in (SET, NOT_SET):
		is_set = column.isnotnull() & (column != "") if field.fieldtype in TEXTS else column.isnotnull()
		return is_set if row.operator == SET else is_set.negate()
	values = [_cast(field.fieldtype, value) for value in _values(row)]
	if row.operator == "in":
		return column.isin(values)
	if row.operator == "not in":
		return column.isnull() | column.notin(values)
	return COMPARED[row.operator](column, values[0])


def _values(row) -> list[str]:
	if row.operator not in ("in", "not in"):
		return [row.value.strip()]
	return [value.strip() for value in row.value.replace("，", ",").split(",") if value.strip()]


def _cast(fieldtype: str, value: str):
	if fieldtype in ("Int", "Check"):
		return cint(int(value))
	if fieldtype in ("Float", "Currency", "Percent"):
		return float(value)
	if fieldtype in ("Date", "Datetime"):
		# A text, as the database compares it.
		return str(cast(fieldtype, value))
	return value
