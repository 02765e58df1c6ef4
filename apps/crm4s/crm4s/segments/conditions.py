"""Conditions over the fields of customer and car as rows of data: checked when they are saved, made part of a query when they are asked.

A row has `about`, `fieldname`, `operator` and `value`. Care rules and segments have such rows.
"""

import re
from datetime import date

import frappe
from frappe import _
from frappe.utils import add_to_date, cast, cint, escape_html, getdate, nowdate
from pypika.terms import ExistsCriterion

from crm4s.crm4s.doctype.c4s_stock_movement.transitions import WITH_CUSTOMER

CUSTOMER, VEHICLE, VALUE = "Customer", "Vehicle", "Value"
# What counts as value are fields of the customer, too.
OF = {CUSTOMER: "C4S Customer", VEHICLE: "C4S Vehicle", VALUE: "C4S Customer"}
SINGLE = ("Data", "Select", "Link", "Int", "Float", "Currency", "Percent", "Check", "Date", "Datetime", "Small Text", "Text")
TEXTS = ("Data", "Select", "Link", "Small Text", "Text")
COMPARED = {
	"=": lambda figure, value: figure == value,
	"!=": lambda figure, value: figure != value,
	">": lambda figure, value: figure > value,
	">=": lambda figure, value: figure >= value,
	"<": lambda figure, value: figure < value,
	"<=": lambda figure, value: figure <= value,
}
IN, NOT_IN = "in", "not in"
SET, NOT_SET = "is set", "is not set"
# Days that move with the calendar.
TODAY = "today"
RELATIVE = re.compile(r"([+-]?\d{1,4}) (day|month|year)s?")


def compared_field(row):
	"""The field that the row is about; refuses what cannot be compared."""
	field = frappe.get_meta(OF[row.about]).get_field(row.fieldname)
	if not field or field.fieldtype not in SINGLE or field.get("is_virtual"):
		frappe.throw(_("{0} has no field {1} that can be compared.").format(_(OF[row.about]), escape_html(row.fieldname)))
	return field


def validate(row) -> None:
	"""Refuse a condition on a field that does not exist, or with a value that is none."""
	row.fieldname = (row.fieldname or "").strip()
	field = compared_field(row)
	if row.operator in (SET, NOT_SET):
		row.value = None
		return
	if not (row.value or "").strip():
		frappe.throw(_("The condition on {0} needs a value.").format(_(field.label)))
	if field.fieldtype == "Select":
		row.value = _as_stored(field, row)
	try:
		for value in values_of(row):
			cast_to(field.fieldtype, value)
	except (ValueError, TypeError, frappe.ValidationError) as error:
		if isinstance(error, frappe.ValidationError):
			# The framework's own words about a date.
			frappe.clear_last_message()
		frappe.throw(_("{0} is no value of {1}.").format(escape_html(row.value), _(field.label)))


def condition(table, row):
	"""The row as a criterion over `table`, that of customers or cars."""
	field = frappe.get_meta(OF[row.about]).get_field(row.fieldname)
	column = table[row.fieldname]
	if row.operator in (SET, NOT_SET):
		is_set = column.isnotnull() & (column != "") if field.fieldtype in TEXTS else column.isnotnull()
		return is_set if row.operator == SET else is_set.negate()
	values = [cast_to(field.fieldtype, value) for value in values_of(row)]
	if row.operator == IN:
		return column.isin(values)
	if row.operator == NOT_IN:
		return column.isnull() | column.notin(values)
	criterion = COMPARED[row.operator](column, values[0])
	return column.isnull() | criterion if row.operator == "!=" else criterion


def owns_car(customer, narrowed):
	"""Criterion that `customer`, a column, owns a car for which `narrowed` holds: a function from the table of cars to a list of criteria."""
	car = frappe.qb.DocType("C4S Vehicle").as_("own_car")
	owned = frappe.qb.from_(car).select(car.name).where((car.current_owner == customer) & car.status.isin(WITH_CUSTOMER))
	for criterion in narrowed(car):
		owned = owned.where(criterion)
	return ExistsCriterion(owned)


def values_of(row) -> list[str]:
	if row.operator not in (IN, NOT_IN):
		return [row.value.strip()]
	return [value.strip() for value in row.value.replace("，", ",").split(",") if value.strip()]


def cast_to(fieldtype: str, value: str | date):
	if fieldtype in ("Int", "Check"):
		return cint(int(value))
	if fieldtype in ("Float", "Currency", "Percent"):
		return float(value)
	if fieldtype in ("Date", "Datetime"):
		# A text, as the database compares it.
		return _day(value) or str(cast(fieldtype, value))
	return value


def _day(value: str) -> str | None:
	"""A day that is said from today on, such as -36 months; None where the value is no such."""
	said = RELATIVE.fullmatch(str(value).strip())
	if not said:
		return nowdate() if str(value).strip() == TODAY else None
	return str(getdate(add_to_date(nowdate(), **{f"{said[2]}s": int(said[1])})))


def _as_stored(field, row) -> str:
	"""Options that somebody wrote as they read them become what is stored."""
	stored = {_(option): option for option in (field.options or "").split("\n") if option}
	return ", ".join(stored.get(value, value) for value in values_of(row))
