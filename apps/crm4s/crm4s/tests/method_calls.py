"""Calls of our whitelisted methods as the permission matrix describes them: with the documents that their arguments point to, and anything else filled in."""

import inspect
from collections.abc import Mapping

import frappe
from frappe.utils import nowdate

from crm4s.tests.matrix import Row

PREFIX = "C4S "
# What stands in for values that do not point to a document; the rest is text.
BY_ANNOTATION = {"int": 1, "float": 1.0, "bool": False, "dict": {}, "list": [], "Any": {}}
DAYS = ("day", "month", "_on", "start", "end", "until", "from_date", "to_date", "planned_from", "starts_at", "ends_at")
PLAIN = "x"


def arguments_of(row: Row, documents: Mapping[str, str]) -> dict:
	"""Values for the arguments of a method: those that point to documents, with names out of `documents`, and all others that it asks for."""
	parameters = inspect.signature(inspect.unwrap(frappe.get_attr(row.name))).parameters
	given = {name: _plain(name, parameter) for name, parameter in parameters.items() if parameter.default is inspect.Parameter.empty and parameter.kind is not inspect.Parameter.VAR_KEYWORD}
	for name, pointed in row.takes.items():
		doctype, _, beside = pointed.partition(" by ")
		names = documents[PREFIX + doctype.rstrip("*")]
		_put(given, name, [names] if doctype.endswith("*") else names)
		if beside:
			given[beside] = PREFIX + doctype
	return given | row.fixed


def _put(given: dict, name: str, value) -> None:
	"""A name with a dot says which value of an argument that takes several."""
	argument, _, key = name.partition(".")
	before = given.get(argument)
	given[argument] = {**(before if isinstance(before, dict) else {}), key: value} if key else value


def _plain(name: str, parameter: inspect.Parameter):
	"""A value of the argument's first type; days are told by their names, where they are no numbers."""
	kind = str(getattr(parameter.annotation, "__name__", parameter.annotation)).split("|")[0].split("[")[0].strip()
	if name.endswith(DAYS) and kind != "int":
		return nowdate()
	return BY_ANNOTATION.get(kind, PLAIN)
