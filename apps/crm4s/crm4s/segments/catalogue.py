"""What conditions can be about, in words: for pickers, and to say of a condition or of a customer why."""

from collections.abc import Sequence

import frappe
from frappe import _
from frappe.utils import cint, flt, fmt_money, formatdate

from crm4s.crm4s.doctype.c4s_customer.c4s_customer import VALUE_FIELDS
from crm4s.segments.conditions import CUSTOMER, NOT_SET, OF, RELATIVE, SET, SINGLE, VALUE, VEHICLE, values_of
from crm4s.segments.finding import BEHAVIOUR
from crm4s.segments.measures import CHOICE, DAYS, MEASURES

# Of the customer's fields those that say what he or she is worth to us.
OF_VALUE = (
	*("age_class", "purchase_class", "buyer_class", "use_class", "spending_level", "value_level", "value_level_before"),
	*("value_level_changed_on", "loyalty_class", "service_need_class", "service_count", "last_visit_on", "average_visit_interval_days"),
	*("total_spent", "completeness_percent", "value_class", "strategy", "lifecycle_stage", "abc_class"),
)
# A picker tells fields by their name alone, and of files it is the owner's that is asked for.
NOT_OFFERED = ((VEHICLE, "completeness_percent"),)
SIGNS = {"!=": "≠", ">=": "≥", "<=": "≤"}
MOST_SUGGESTED = 20
DAYS_SUGGESTED = ("today", "-30 days", "-3 months", "-6 months", "-12 months", "-24 months", "-36 months", "-60 months", "+30 days", "+60 days", "+3 months")


def entries(abouts: Sequence[str] = (CUSTOMER, VEHICLE, VALUE, BEHAVIOUR), everything: bool = False) -> list[dict]:
	"""Rows of value, label, about, kind and whether it can be limited to the last months, in the language of the user, for a picker.

	Args:
		everything: also fields that only some may read, for what administrators write.
	"""
	fields = [(about, field) for about in (CUSTOMER, VEHICLE) for field in frappe.get_meta(OF[about]).fields]
	rows = [_entry(about, field) for about, field in fields if _is_offered(field, everything) and (about, field.fieldname) not in NOT_OFFERED]
	if VALUE not in abouts:
		rows = [{**row, "about": CUSTOMER} if row["about"] == VALUE else row for row in rows]
	rows += [
		{
			"value": name, "label": _(measure.label), "about": BEHAVIOUR, "description": _(BEHAVIOUR),
			"kind": "Link" if measure.kind == CHOICE else measure.kind, "limited": bool(measure.happened),
		}
		for name, measure in MEASURES.items()
	]
	return [row for row in rows if row["about"] in abouts]


def suggestions(fieldname: str, about: str, text: str) -> list[dict]:
	"""Values that a condition on the field may be compared with, those whose words hold the text."""
	if about in OF and (field := frappe.get_meta(OF[about]).get_field(fieldname)) and field.fieldtype in ("Date", "Datetime"):
		return [{"value": value, "label": in_words(value)} for value in DAYS_SUGGESTED if text.lower() in in_words(value).lower()]
	doctype, choices = _options(fieldname, about)
	if choices:
		return [{"value": value, "label": _(value)} for value in choices if text.lower() in _(value).lower() or text.lower() in value.lower()]
	if not doctype or not frappe.has_permission(doctype, "select") and not frappe.has_permission(doctype, "read"):
		return []
	meta = frappe.get_meta(doctype)
	title = meta.title_field or "name"
	found = frappe.get_list(
		doctype, fields=["name", f"{title} as title"], or_filters=[["name", "like", f"%{text}%"], [title, "like", f"%{text}%"]] if text else None,
		limit=MOST_SUGGESTED, order_by="name",
	)
	return [{"value": row.name, "label": _(row.title) if row.title == row.name else f"{row.title} ({row.name})"} for row in found]


def label_of(row) -> str:
	"""What the condition is about, in words."""
	if row.about == BEHAVIOUR:
		label = _(MEASURES[row.fieldname].label)
		if not cint(row.within):
			return label
		last = _("in the last {0} days") if row.within_unit == DAYS else _("in the last {0} months")
		return f"{label} ({last.format(row.within)})"
	return _(frappe.get_meta(OF[row.about]).get_label(row.fieldname))


def said(row) -> str:
	"""The condition in words."""
	if row.operator in (SET, NOT_SET):
		return f"{label_of(row)} {_(row.operator)}"
	return f"{label_of(row)} {SIGNS.get(row.operator) or _(row.operator)} {', '.join(_titles(row, values_of(row)))}"


def in_words(value: str) -> str:
	"""A value of a condition, in words."""
	said = RELATIVE.fullmatch(value)
	if not said:
		return _(value)
	number, unit = int(said[1]), said[2]
	before = {"day": _("{0} days ago"), "month": _("{0} months ago"), "year": _("{0} years ago")}
	ahead = {"day": _("in {0} days"), "month": _("in {0} months"), "year": _("in {0} years")}
	return (before if number < 0 else ahead)[unit].format(abs(number))


def shown(row, value) -> str:
	"""A customer's figure or field, in words."""
	if value is None or value == "" or value == []:
		return "–"
	if isinstance(value, list):
		return ", ".join(_titles(row, value))
	if row.about == BEHAVIOUR:
		return fmt_money(value) if MEASURES[row.fieldname].kind == "Money" else f"{flt(value):g}"
	field = frappe.get_meta(OF[row.about]).get_field(row.fieldname)
	if field.fieldtype in ("Date", "Datetime"):
		return formatdate(value)
	if field.fieldtype == "Check":
		return _("Yes") if cint(value) else _("No")
	return _(value) if field.fieldtype in ("Select", "Link") else frappe.format(value, {"fieldtype": field.fieldtype})


def _titles(row, values: Sequence[str]) -> list[str]:
	"""Values in words; documents by their titles."""
	doctype, _choices = _options(row.fieldname, row.about)
	title = doctype and frappe.get_meta(doctype).show_title_field_in_link and frappe.get_meta(doctype).title_field
	if not title:
		return [in_words(value) for value in values]
	# What the reader may not see keeps its bare number.
	readable = frappe.has_permission(doctype, "read")
	known = frappe.get_list(doctype, {"name": ["in", list(values)]}, ["name", title], as_list=True, limit_page_length=0) if readable else []
	known = dict(known)
	return [known.get(value) or value for value in values]


def _entry(about: str, field) -> dict:
	shown_about = VALUE if about == CUSTOMER and field.fieldname in OF_VALUE else about
	return {
		"value": field.fieldname, "label": _(field.label), "about": shown_about, "description": _(shown_about), "kind": field.fieldtype, "limited": False,
	}


def _is_offered(field, everything: bool = False) -> bool:
	if field.fieldtype not in SINGLE or not field.label or field.hidden or field.get("is_virtual"):
		return False
	# Classes of value are asked for by who reads them; other fields that only some read by nobody.
	readable = frappe.get_meta(OF[CUSTOMER]).get_permlevel_access("read") if field.fieldname in VALUE_FIELDS else ()
	return everything or cint(field.permlevel) in (0, *readable)


def _options(fieldname: str, about: str) -> tuple[str | None, list[str]]:
	if about == BEHAVIOUR:
		measure = MEASURES.get(fieldname)
		return (measure.options if measure else None), []
	field = frappe.get_meta(OF[about]).get_field(fieldname) if about in OF else None
	if not field or not _is_offered(field):
		return None, []
	if field.fieldtype == "Link":
		return field.options, []
	return None, [value for value in (field.options or "").split("\n") if value] if field.fieldtype == "Select" else []
