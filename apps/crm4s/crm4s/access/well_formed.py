"""A question of the wrong shape is refused before the framework stumbles over it.

Frappe's lists and searches take whatever they are sent and fail with a server error where a filter is a number, a type is a list or a limit has forty
digits, or an argument is missing. That fills the error log, and a scanner sees a way. Each request is looked at once (hook `auth_hooks`): is what the method
asks for there, and is every well-known argument of the kind that it is made for? What the values say is not judged here.
"""

import json
import re
from collections.abc import Callable, Iterator
from inspect import signature
from types import UnionType
from typing import get_args, get_origin
from urllib.parse import unquote

import frappe
from frappe import _
from frappe.utils import get_datetime

# Frappe's roads to a list: everything else says of itself what it takes.
ASKING = ("frappe.client.", "frappe.desk.reportview.", "frappe.desk.search.", "frappe.desk.listview.", "frappe.desk.form.load.", "frappe.desk.form.utils.get_next")
RESOURCE = re.compile(r"/api/(resource|v\d+/document)(/|$)")
OURS = "C4S "
LONGEST_NAME = 140
MOST = 2**31
MOMENTS = re.compile(r"(^|_)(on|at|day|month|until|moment)$|^(start|end|planned_from|planned_to)$")
TYPES = ("doctype", "document_type", "source_doctype")


def refuse_malformed() -> None:
	"""Raise ValidationError where a request lacks an argument of its method, or asks a list of Frappe's with one of the wrong kind.

	Not where another application's documents are asked for.
	"""
	command = frappe.form_dict.get("cmd") or re.sub(r"^/api/(v\d+/)?method/", "", frappe.request.path)
	if _is_of_others(frappe.form_dict):
		return
	ours, asking = command.startswith("crm4s."), command.startswith(ASKING) or bool(RESOURCE.match(frappe.request.path))
	if asking:
		_refuse_unfit(frappe.form_dict, KINDS)
	for called, kinds in FURTHER_KINDS.items():
		if command == called or (called.endswith(".") and command.startswith(called)):
			_refuse_unfit(frappe.form_dict, kinds)
	if method := _whitelisted(command):
		_refuse_missing(method, frappe.form_dict, nothing_is_missing=asking)
		if ours:
			_refuse_unfit(frappe.form_dict, _structured(method))
	if asking or ours:
		_refuse_unknown_types(frappe.form_dict)
	if command.startswith("frappe.desk.reportview.") or command in ("frappe.client.get_value", "frappe.client.get_list"):
		_refuse_unknown_links(frappe.form_dict)


def _is_of_others(given: dict) -> bool:
	"""What is asked about another application's documents is that application's to answer: it may know forms that we do not."""
	part = RESOURCE.match(frappe.request.path)
	asked = unquote(frappe.request.path[part.end() :]).partition("/")[0] if part else given.get("doctype")
	return isinstance(asked, str) and not asked.startswith(OURS) and bool(frappe.db.exists("DocType", asked, cache=True))


def _refuse_unknown_types(given: dict) -> None:
	"""Frappe looks for the module of a type that does not exist, and fails where that has no name of a module."""
	for name in TYPES:
		if name in given and not (isinstance(given[name], str) and frappe.db.exists("DocType", given[name], cache=True)):
			frappe.throw(_("{0} is not in a form that can be read.").format(frappe.bold(name)), frappe.DoesNotExistError)


def _refuse_unknown_links(given: dict) -> None:
	"""Fields of a linked document, as in customer.city: a report view takes for granted that there is such a link."""
	links = {name.split(".")[0] for name in _named(given) if "." in name and not name.startswith("`tab")}
	meta = frappe.get_meta(given["doctype"]) if links else None
	if not all(meta.get_field(link) for link in links):
		frappe.throw(_("{0} is not in a form that can be read.").format(frappe.bold("fields")))


def _named(given: dict) -> Iterator[str]:
	"""The fields that a report view is asked for and by, as far as they are plain names."""
	fields, _readable = _parsed(given.get("fields"))
	yield from (field for field in (fields if isinstance(fields, list) else ()) if re.match(r"\w+\.", field))
	yield given.get("group_by") or ""
	one, _readable = _parsed(given.get("fieldname"))
	yield from one if isinstance(one, list) else [one] if isinstance(one, str) else ()
	for name in ("filters", "or_filters"):
		filters, _readable = _parsed(given.get(name))
		for condition in filters or ():
			yield condition if isinstance(condition, str) else "" if isinstance(condition, dict) else condition[1 if len(condition) > 3 else 0]


def _whitelisted(command: str) -> Callable | None:
	"""The method that is called by its dotted path; None where there is no such one, which Frappe says itself."""
	if "." not in command or "/" in command:
		return None
	try:
		method = frappe.get_attr(command)
	except Exception:  # whatever a module that nobody meant says when it is imported
		return None
	return method if method in frappe.whitelisted else None


def _refuse_missing(method: Callable, given: dict, nothing_is_missing: bool) -> None:
	for parameter in signature(method).parameters.values():
		# A value may be set to nothing; everything else that is asked for is something.
		lacking = parameter.name not in given or (nothing_is_missing and given[parameter.name] is None and parameter.name != "value")
		if parameter.default is parameter.empty and parameter.kind is parameter.POSITIONAL_OR_KEYWORD and lacking:
			frappe.throw(_("{0} is missing.").format(frappe.bold(parameter.name)))


def _refuse_unfit(given: dict, kinds: dict[str, Callable[[object], bool]]) -> None:
	for name, fits in kinds.items():
		if not fits(given.get(name)):
			frappe.throw(_("{0} is not in a form that can be read.").format(frappe.bold(name)))


def _structured(method: Callable) -> dict[str, Callable[[object], bool]]:
	"""Our methods' arguments that take a list or a dict, as such or as JSON, and those that are a moment by their names."""
	parameters = signature(method).parameters.values()
	structures = {parameter.name: is_structure for parameter in parameters if {list, dict} & _kinds(parameter.annotation)}
	return structures | {parameter.name: is_moment for parameter in parameters if str in _kinds(parameter.annotation) and MOMENTS.search(parameter.name)}


def _kinds(annotation) -> set:
	return {get_origin(one) or one for one in (get_args(annotation) if isinstance(annotation, UnionType) else (annotation,))}


def is_structure(value) -> bool:
	"""Nothing, or a list or a dict, as such or as JSON."""
	value, readable = _parsed(value)
	return readable and (not value or isinstance(value, list | dict))


def is_list(value) -> bool:
	"""Nothing, a star, or a list, as such or as JSON."""
	value, readable = _parsed(value)
	return readable and (not value or value == "*" or isinstance(value, list))


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
	value, readable = _parsed(value)
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
	value, readable = _parsed(value)
	return readable and (is_plain(value) or isinstance(value, dict) or isinstance(value, list) and all(isinstance(field, str) for field in value))


def are_filters(value) -> bool:
	"""Nothing, a name, a dict of values, or a list of conditions of which each is a list or a dict."""
	value, readable = _parsed(value)
	if not readable or not (value is None or isinstance(value, str | dict | list)):
		return False
	if isinstance(value, dict):
		return all(_is_operand(operand) for operand in value.values())
	return not isinstance(value, list) or all(_is_condition(condition) for condition in value)


def _is_condition(condition) -> bool:
	"""[field, operator, value], with the document type before it and a mark behind it or without; or {field: value}."""
	if isinstance(condition, dict):
		return all(_is_operand(operand) for operand in condition.values())
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


def _parsed(value) -> tuple:
	"""The value, out of JSON where it is a list or a dict of that; and whether that could be read."""
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
	"frappe.desk.reportview.": {"doctype": is_given, "fields": is_list, "filters": is_structure, "or_filters": is_structure},
	# A list of counts has no first one where nothing is found.
	"frappe.desk.reportview.get_count": {"group_by": is_nothing},
	"frappe.desk.search.": {"txt": is_plain, "query": is_query},
	"frappe.desk.form.utils.get_next": {"prev": is_count, "filters": is_list},
	# What this one lacks is not seen in its signature.
	"frappe.desk.reportview.get_sidebar_stats": {"stats": is_given_or_list},
	**dict.fromkeys(("frappe.desk.form.load.getdoc", "frappe.desk.form.load.get_docinfo"), {"doctype": is_given, "name": is_given}),
	**dict.fromkeys(("frappe.client.get_list", "frappe.client.get_count"), {"filters": is_structure, "or_filters": is_structure}),
}
