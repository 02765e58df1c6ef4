"""The documents that we ship as data, and the content of a document in a form that two versions of it can be compared in."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import frappe
from frappe.model import no_value_fields, numeric_fieldtypes, table_fields
from frappe.model.document import Document
from frappe.model.naming import set_new_name
from frappe.utils import cstr, flt

PACKAGE = Path(__file__).parents[1]
# Not hidden, but nobody edits it: whoever drags a card on a board leaves the order of the cards there.
KEPT_BY_THE_DESK = {("Kanban Board Column", "order")}
FOLDERS = (PACKAGE / "seed" / "data", PACKAGE / "workflows" / "data")


def shipped() -> Iterator[dict]:
	"""Each document of our data that this site has a place for, in the order in which they are to be installed."""
	# The numbers that the files begin with count in both folders: later ones name what stands in earlier ones.
	known = set(frappe.get_all("DocType", pluck="name"))
	files = [file for folder in FOLDERS for file in folder.glob("*.json")]
	for file in sorted(files, key=lambda file: file.name):
		for values in json.loads(file.read_text()):
			if {values["doctype"], values.get("document_type", values["doctype"])} <= known:
				yield values


def fingerprint(values: dict) -> str:
	"""Digest of a document's content, independent of the order of its keys."""
	return hashlib.sha256(json.dumps(values, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def name_of(values: dict) -> str:
	"""The name that the document gets: ours say their name, or are named by their fields."""
	document = frappe.get_doc(dict(values))
	if document.name:
		return document.name
	autoname = document.meta.autoname or ""
	if not (autoname.startswith(("field:", "format:")) or hasattr(document, "autoname")):
		raise ValueError(f"Standard of type {document.doctype} needs a name: its type is not named by its fields")
	set_new_name(document)
	return document.name


def documents_by_key(keys: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Document]:
	"""The documents of these types and names that exist, with their tables; a few queries a type."""
	names: dict[str, list[str]] = defaultdict(list)
	for doctype, name in keys:
		names[doctype].append(name)
	return {
		(doctype, document.name): document for doctype, wanted in names.items() for document in _documents(doctype, wanted)
	}


def _documents(doctype: str, names: list[str]) -> list[Document]:
	rows = {row.name: row for row in frappe.get_all(doctype, {"name": ["in", names]}, ["*"])}
	for field in frappe.get_meta(doctype).get_table_fields():
		of_table = {"parent": ["in", list(rows)], "parenttype": doctype, "parentfield": field.fieldname}
		for child in frappe.get_all(field.options, of_table, ["*"], order_by="idx"):
			rows[child.parent].setdefault(field.fieldname, []).append(child)
	return [frappe.get_doc({"doctype": doctype, **row}) for row in rows.values()]


def content_of(document) -> dict:
	"""What people see and may change of a document: values by fieldname, rows of tables as lists; without what is empty or the default.

	A field that a later version of the framework adds with a default therefore changes no content, nor does what a form keeps to itself,
	as the workflow builder its positions.
	"""
	content = {field.fieldname: value for field in fields_of(document.doctype) if (value := _value(document, field)) is not None}
	for field in tables_of(document.doctype):
		if rows := [content_of(row) for row in document.get(field.fieldname) or []]:
			content[field.fieldname] = rows
	return content


def fields_of(doctype: str) -> list:
	"""The fields that hold a value which a person may change."""
	return [field for field in _open_fields(doctype) if field.fieldtype not in no_value_fields]


def tables_of(doctype: str) -> list:
	return [field for field in _open_fields(doctype) if field.fieldtype in table_fields]


def _open_fields(doctype: str) -> list:
	return [
		field
		for field in frappe.get_meta(doctype).fields
		if not field.hidden and not field.read_only and (doctype, field.fieldname) not in KEPT_BY_THE_DESK
	]


def _value(document, field) -> float | str | None:
	"""As a number or a text; None where it is empty or the default."""
	given = document.get(field.fieldname)
	plain = _plain(field, field.default if given is None else given)
	return None if plain == _plain(field, field.default) else plain


def _plain(field, value) -> float | str:
	if field.fieldtype in (*numeric_fieldtypes, "Check"):
		return flt(value, 6)
	return "\n".join(line.rstrip() for line in cstr(value).strip().splitlines())
