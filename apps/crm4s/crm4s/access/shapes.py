"""Of what shape an argument of a request must be, so that the framework can read it. What the values say is not judged here."""

import json
import re
from collections.abc import Callable

from frappe.utils import get_datetime

LONGEST_NAME = 140
MOST = 2**31


def is_structure(value) -> bool:
	"""Nothing, or a list or a dict, as such or as JSON."""
	value, readable = parsed(value)
	return readable and (not value or isinstance(value, list | dict))


def is_said_structure(value) -> bool:
	"""The same, where an empty text is read as JSON and is none."""
	return value != "" and is_structure(value)


def is_list(value) -> bool:
	"""Nothing, a star, or a list, as such or as JSON."""
	if value == "null":
		return False
	value, readable = parsed(value)
	return readable and (value in (None, "", "*") or isinstance(value, list))


def is_query(value) -> bool:
	"""Nothing, or a method that searches for a link; the client's own methods ask in another way."""
	return value is None or (isinstance(value, str) and not value.startswith("frappe.client."))


def is_given(value) -> bool:
	"""Something that names something."""
	return isinstance(value, str | int) and not isinstance(value, bool) and bool(value)


def is_given_or_list(value) -> bool:
	"""Something that names something, or a list of such."""
	return is_given(value) or bool(isinstance(value, list) and value)


def is_count(value) -> bool:
	"""A count: as a number or in digits; whether it is there is asked elsewhere."""
	return value != "" and is_number(value)


def is_moment(value) -> bool:
	"""Nothing, or a day, a month or a moment."""
	try:
		return not value or bool(get_datetime(value))
	except (ValueError, OverflowError, TypeError, AttributeError):
		return False


def is_nothing(value) -> bool:
	"""Whether nothing is said."""
	return not value


def is_dict(value) -> bool:
	"""Nothing, or a dict, as such or as JSON."""
	value, readable = parsed(value)
	return readable and (not value or isinstance(value, dict))


def is_name(value) -> bool:
	"""Nothing, or a name as the database can hold it."""
	return value is None or (isinstance(value, str) and len(value) <= LONGEST_NAME and "\0" not in value)


def is_number(value) -> bool:
	"""Nothing, or a count: as a number or in digits."""
	if value is None or value == "" or isinstance(value, bool):
		return True
	return isinstance(value, int | str) and bool(re.fullmatch(r"\d{1,10}", str(value))) and int(value) < MOST


def is_text(value) -> bool:
	"""Nothing, a text or a number."""
	return is_plain(value) or (isinstance(value, int) and not isinstance(value, bool))


def is_plain(value) -> bool:
	"""Nothing, or a text."""
	return value is None or (isinstance(value, str) and "\0" not in value)


def are_fields(value) -> bool:
	"""Nothing, a name, a list of names, or names with the values that they get."""
	value, readable = parsed(value)
	return readable and (is_plain(value) or isinstance(value, dict) or isinstance(value, list) and all(isinstance(field, str) for field in value))


def are_filters(value) -> bool:
	"""Nothing, a name, a dict of values, or a list of conditions of which each is a list or a dict."""
	value, readable = parsed(value)
	if not readable or not (value is None or isinstance(value, str | dict | list)):
		return False
	if isinstance(value, dict):
		return all(_is_operand(operand) for operand in value.values())
	return not isinstance(value, list) or all(_is_condition(condition) for condition in value)


def _is_condition(condition) -> bool:
	"""[field, operator, value], with the document type before it and a mark behind it or without; or {field: value}."""
	if isinstance(condition, dict):
		return bool(condition) and all(_is_operand(operand) for operand in condition.values())
	if not isinstance(condition, list) or not 2 <= len(condition) <= 5:
		return False
	*words, value = condition[: 4 if len(condition) > 3 else 3]
	return all(isinstance(word, str) for word in words) and _suits(words[-1], value)


def _is_operand(operand) -> bool:
	"""A value, or [operator, value]."""
	return _is_value(operand) if not isinstance(operand, list) or len(operand) != 2 else isinstance(operand[0], str) and _suits(*operand)


def _suits(operator: str, value) -> bool:
	"""`is` knows two words only, and the framework has no answer to others."""
	return _is_value(value) and (operator.strip().lower() != "is" or value in ("set", "not set"))


def _is_value(value) -> bool:
	"""A single value, or a list of such."""
	if isinstance(value, list):
		return all(not isinstance(one, list | dict) and _is_value(one) for one in value)
	return not isinstance(value, dict) and "\0" not in str(value) and (not isinstance(value, int) or abs(value) < 2**63)


def parsed(value) -> tuple[object, bool]:
	"""The value, out of JSON where it is a list or a dict of that; and whether that could be read."""
	if value == "null":
		return None, True
	if not isinstance(value, str) or value.lstrip()[:1] not in ("[", "{", '"'):
		return value, "\0" not in str(value)
	try:
		return json.loads(value), "\\u0000" not in value
	except (ValueError, RecursionError):
		return None, False


KINDS: dict[str, Callable[[object], bool]] = {
	**dict.fromkeys(("parent", "parent_doctype", "parenttype", "reference_doctype", "docname"), is_name),
	**dict.fromkeys(("start", "page_length", "limit", "limit_start", "limit_page_length"), is_number),
	**dict.fromkeys(("txt", "query", "searchfield", "order_by", "sort_by", "sort_field", "sort_order", "group_by", "field", "ptype", "perm_type"), is_text),
	**dict.fromkeys(("fields", "fieldname", "stats"), are_fields),
	**dict.fromkeys(("filters", "or_filters", "current_filters"), are_filters),
}
# What some of them take more narrowly, or must have without saying so in their signature.
FURTHER_KINDS: dict[str, dict[str, Callable[[object], bool]]] = {
	"frappe.desk.query_report.run": {"report_name": is_given, "filters": is_dict},
	"frappe.desk.reportview.": {"doctype": is_given, "fields": is_list, "filters": is_structure, "or_filters": is_structure, "group_by": is_plain, "order_by": is_plain},
	# A list of counts has no first one where nothing is found.
	"frappe.desk.reportview.get_count": {"group_by": is_nothing},
	"frappe.desk.search.": {"txt": is_plain, "query": is_query, "filters": is_said_structure},
	"frappe.desk.listview.get_group_by_count": {"current_filters": is_structure},
	**dict.fromkeys(("frappe.desk.reportview.export_query", "crm4s.privacy.exports.export_list"), {"doctype": is_given}),
	**dict.fromkeys(("frappe.desk.query_report.export_query", "crm4s.privacy.exports.export_report"), {"report_name": is_given}),
	"frappe.desk.form.utils.get_next": {"prev": is_count, "filters": is_list},
	# What this one lacks is not seen in its signature.
	"frappe.desk.reportview.get_sidebar_stats": {"stats": is_given_or_list},
	**dict.fromkeys(("frappe.desk.form.load.getdoc", "frappe.desk.form.load.get_docinfo"), {"doctype": is_given, "name": is_given}),
	**dict.fromkeys(("frappe.client.get_list", "frappe.client.get_count"), {"filters": is_structure, "or_filters": is_structure}),
}
