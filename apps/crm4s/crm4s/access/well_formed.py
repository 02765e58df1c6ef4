"""A question of the wrong shape is refused before the framework stumbles over it.

Frappe's lists and searches take whatever they are sent and fail with a server error where a filter is a number, a type is a list or a limit has forty
digits, or an argument is missing. That fills the error log, and a scanner sees a way. Each request is looked at once (hook `auth_hooks`): is what the method
asks for there, and is every well-known argument of the kind that it is made for? What the values say is not judged here.
"""

import re
from collections.abc import Callable, Iterator
from inspect import signature
from types import UnionType
from typing import get_args, get_origin
from urllib.parse import unquote

import frappe
from frappe import _

from crm4s.access.columns_asked import refuse_unknown_columns
from crm4s.access.document_types import is_type
from crm4s.access.shapes import FURTHER_KINDS, KINDS, is_moment, is_structure, parsed

# Frappe's roads to a list: everything else says of itself what it takes.
ASKING = ("frappe.client.", "frappe.desk.reportview.", "frappe.desk.search.", "frappe.desk.listview.", "frappe.desk.form.load.", "frappe.desk.form.utils.get_next")
RESOURCE = re.compile(r"/api/(resource|v\d+/document)(/|$)")
OURS = "C4S "
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
	# A query of the own takes what filters it likes.
	if asking and str(frappe.form_dict.get("doctype")).startswith(OURS) and not frappe.form_dict.get("query"):
		refuse_unknown_columns(frappe.form_dict)


def _is_of_others(given: dict) -> bool:
	"""What is asked about another application's documents is that application's to answer: it may know forms that we do not."""
	part = RESOURCE.match(frappe.request.path)
	asked = unquote(frappe.request.path[part.end() :]).partition("/")[0] if part else given.get("doctype")
	return isinstance(asked, str) and not asked.startswith(OURS) and is_type(asked)


def _refuse_unknown_types(given: dict) -> None:
	"""Frappe looks for the module of a type that does not exist, and fails where that has no name of a module."""
	for name in TYPES:
		if name in given and not (isinstance(given[name], str) and is_type(given[name])):
			frappe.throw(_("{0} is not in a form that can be read.").format(frappe.bold(name)), frappe.DoesNotExistError)


def _refuse_unknown_links(given: dict) -> None:
	"""Fields of a linked document, as in customer.city: a report view takes for granted that there is such a link."""
	links = {name.split(".")[0] for name in _named(given) if "." in name and not name.startswith("`tab")}
	meta = frappe.get_meta(given["doctype"]) if links else None
	if not all(meta.get_field(link) for link in links):
		frappe.throw(_("{0} is not in a form that can be read.").format(frappe.bold("fields")))


def _named(given: dict) -> Iterator[str]:
	"""The fields that a report view is asked for and by, as far as they are plain names."""
	fields, _readable = parsed(given.get("fields"))
	yield from (field for field in (fields if isinstance(fields, list) else ()) if re.match(r"\w+\.", field))
	yield given.get("group_by") or ""
	one, _readable = parsed(given.get("fieldname"))
	yield from one if isinstance(one, list) else [one] if isinstance(one, str) else ()
	for name in ("filters", "or_filters"):
		filters, _readable = parsed(given.get(name))
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
