"""Everything that points to a document, found from the document types: links, dynamic links, and what the framework notes as plain text."""

from dataclasses import dataclass

import frappe

from crm4s.privacy.attached import REFERENCES

# The framework's columns with a name that are no links.
PLAIN = (*REFERENCES, ("File", "attached_to_doctype", "attached_to_name"), ("Email Queue", "reference_doctype", "reference_name"))
# What says how it was: which files were merged, that two are different people, and what went with a document that was deleted.
STAYING = frozenset(("C4S Merge", "C4S Merge Row", "C4S Different People", "C4S Possible Twin", "Deleted Document"))

# A table of fewer rows is read from end to end in no time.
FEW_ROWS = 20_000


@dataclass(frozen=True)
class Pointer:
	"""A column that may name a document; `type_column` is the one beside it that says of which type, where there is one."""

	table: str
	column: str
	type_column: str | None = None


def pointers_to(doctype: str) -> list[Pointer]:
	"""All columns of stored tables that may name a document of this type, of every application on the site and of an admin's own fields."""
	found = {Pointer(table, column) for table, column, target in _fields("Link") if target == doctype}
	found |= {Pointer(table, column, kind) for table, column, kind in _fields("Dynamic Link") if kind}
	found |= {Pointer(table, column, kind) for table, kind, column in PLAIN}
	stored = _stored_tables({pointer.table for pointer in found})
	return sorted((pointer for pointer in found if _is_stored(pointer, stored)), key=lambda pointer: (pointer.table, pointer.column, pointer.type_column or ""))


def _fields(fieldtype: str) -> list[tuple[str, str, str | None]]:
	own = frappe.get_all("DocField", {"fieldtype": fieldtype, "parenttype": "DocType"}, ["parent", "fieldname", "options"], as_list=True, order_by=None)
	added = frappe.get_all("Custom Field", {"fieldtype": fieldtype}, ["dt", "fieldname", "options"], as_list=True, order_by=None)
	return [*own, *added]


def _stored_tables(names: set[str]) -> dict[str, set[str]]:
	"""Table → its columns, of those that have a table of their own."""
	without = set(frappe.get_all("DocType", {"name": ["in", list(names)], "issingle": 1}, pluck="name", order_by=None))
	return {name: set(frappe.db.get_table_columns(name)) for name in names - without - STAYING if frappe.db.table_exists(name)}


def _is_stored(pointer: Pointer, stored: dict[str, set[str]]) -> bool:
	columns = stored.get(pointer.table, ())
	return pointer.column in columns and (pointer.type_column is None or pointer.type_column in columns)


def is_quick(pointer: Pointer) -> bool:
	"""Whether the rows that name a document are found without reading a large table from end to end."""
	return bool(_indexes_of(pointer)) or _rows_about(pointer.table) < FEW_ROWS


def _indexes_of(pointer: Pointer) -> list:
	"""Indexes that begin with the column, or with its type and the column."""
	beginnings: dict[str, list[str]] = {}
	for row in frappe.db.sql(f"show index from `tab{pointer.table}`", as_dict=True):
		beginnings.setdefault(row.Key_name, []).append(row.Column_name)
	return [columns for columns in beginnings.values() if columns[0] == pointer.column or (columns[0] == pointer.type_column and columns[1:2] == [pointer.column])]


def _rows_about(table: str) -> int:
	"""So many rows as the database believes; it need not count."""
	tables = frappe.qb.Schema("information_schema").tables
	query = frappe.qb.from_(tables).select(tables.table_rows).where((tables.table_schema == frappe.conf.db_name) & (tables.table_name == f"tab{table}"))
	return int((query.run(pluck=True) or [0])[0] or 0)


def unique_beside(pointer: Pointer) -> list[list[str]]:
	"""For each unique index with the column, the other columns of it; an empty list where one document may be named once only."""
	indexes: dict[str, list[str]] = {}
	for row in frappe.db.sql(f"show index from `tab{pointer.table}` where Non_unique = 0 and Key_name != 'PRIMARY'", as_dict=True):
		indexes.setdefault(row.Key_name, []).append(row.Column_name)
	return [[column for column in columns if column not in (pointer.column, pointer.type_column)] for columns in indexes.values() if pointer.column in columns]
