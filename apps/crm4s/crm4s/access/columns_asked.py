"""By which columns a list is asked: those that the document type has, and those of its tables. The framework asks the database for any other one, and fails."""

import re
from collections.abc import Iterator

import frappe
from frappe import _
from frappe.model import child_table_fields, default_fields, optional_fields

from crm4s.access.shapes import parsed

TABLE = re.compile(r"`tab([^`]+)`")
PLAIN = re.compile(r"\w+$")
# A column with its table before it.
WITH_TABLE = re.compile(r"`tab[^`]+`\.`?\w+`?|\btab[\w -]+\.\w+")
# customer.customer_name, as lists show it; they do not sort by it.
THROUGH_LINK = re.compile(r"\w\.\w")
FILTERS = ("filters", "or_filters", "current_filters")
ORDERS = ("order_by", "sort_by", "sort_field", "group_by")


def refuse_unknown_columns(given: dict) -> None:
	"""Raise ValidationError where a list of one of our types is asked for a table that is not its own, or by a column that is not there."""
	doctype, parent = given["doctype"], given.get("parent") or given.get("parent_doctype")
	meta = frappe.get_meta(doctype)
	own = {doctype, parent, *(table.options for table in meta.get_table_fields())}
	for name in ("fields", "fieldname", *ORDERS):
		if not {table for text in _texts(given.get(name)) for table in TABLE.findall(text)} <= own:
			_refuse(name)
	fields = [part.strip() for text in _texts(given.get("fields")) for part in text.split(",")]
	if fields and all(PLAIN.match(field) for field in fields) and not any(_has(doctype, field) for field in fields):
		_refuse("fields")
	for name in FILTERS:
		for table, column in _conditions(doctype, given.get(name)):
			if table not in own or not _has(table, column):
				_refuse(name)
	for name in ORDERS:
		for text in _texts(given.get(name)):
			if THROUGH_LINK.search(WITH_TABLE.sub("", text)) or (PLAIN.match(text) and not _has(doctype, text)):
				_refuse(name)


def _has(doctype: str, column: str) -> bool:
	"""Whether the type has the column; what is no plain name is the framework's to judge."""
	meta = frappe.get_meta(doctype)
	standard = (*default_fields, *optional_fields, *(child_table_fields if meta.istable else ()))
	return not PLAIN.match(column) or column.casefold() in standard or bool(meta.has_field(column)) or column in meta.get_valid_columns()


def _conditions(doctype: str, value) -> Iterator[tuple[str, str]]:
	"""Document type and column of each condition; of a well-formed one, see `shapes.are_filters`."""
	filters, _readable = parsed(value)
	if isinstance(filters, dict):
		yield from ((doctype, column) for column in filters)
	for condition in filters if isinstance(filters, list) else ():
		if isinstance(condition, dict):
			yield from ((doctype, column) for column in condition)
		else:
			yield (condition[0], condition[1]) if len(condition) > 3 else (doctype, condition[0])


def _texts(value) -> list[str]:
	said, _readable = parsed(value)
	return [text for text in (said if isinstance(said, list) else [said]) if isinstance(text, str)]


def _refuse(name: str) -> None:
	frappe.throw(_("{0} is not in a form that can be read.").format(frappe.bold(name)))
