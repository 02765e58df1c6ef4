"""One row of every document type of the app for one store, made from the types themselves, so that a new type is among them at once.

Rows only, without their documents' lives: who may see them is asked of rows that are there, however they came. Every text in them holds the store's mark,
by which an answer that says too much is known.
"""

from collections.abc import Collection
from functools import cache

import frappe
from frappe.utils import nowdate

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership

MODULE, DEALERSHIP = "CRM4S", "C4S Dealership"
TEXTS = ("Data", "Small Text", "Text", "Long Text", "Text Editor")
# Whose values are read as something else than text.
SPECIAL = frozenset({"Phone", "Email", "URL", "Barcode"})
# What kind of document a dynamic link of a made row points to.
SUBJECT = "C4S Lead"


@cache
def document_types() -> tuple[str, ...]:
	"""All types of the app of which there are documents of their own: no tables, no single ones."""
	return tuple(sorted(frappe.get_all("DocType", {"module": MODULE, "istable": 0, "issingle": 0}, pluck="name")))


def make_every_document(mark: str, everybodys: Collection[str] = ()) -> dict[str, str]:
	"""Names of the rows by document type, not committed.

	`mark` is the code of the store they belong to, and stands in every text of them, but for the types in `everybodys`, of which each store reads all.
	"""
	names = {doctype: _name(doctype, mark) for doctype in document_types()} | {DEALERSHIP: make_dealership(mark).name}
	for doctype in document_types():
		if doctype != DEALERSHIP:
			_insert(doctype, names, mark if doctype in everybodys else said_by(mark))
	return names


def said_by(mark: str) -> str:
	"""How the texts in the rows of a store begin; names of documents do not hold it, which a refusal may repeat."""
	return f"{mark} tells"


def _name(doctype: str, mark: str) -> str | int:
	if frappe.get_meta(doctype).autoname == "autoincrement":
		return 900000 + sum(mark.encode())
	return f"{mark}-{doctype.removeprefix('C4S ').replace(' ', '-')}"


def _insert(doctype: str, names: dict[str, str], said: str) -> None:
	meta = frappe.get_meta(doctype)
	document = frappe.get_doc({"doctype": doctype, "name": names[doctype], **_values(meta, names, said)})
	document.db_insert()
	for field in meta.get_table_fields():
		row = _values(frappe.get_meta(field.options), names, said)
		place = {"parent": names[doctype], "parenttype": doctype, "parentfield": field.fieldname, "idx": 1}
		frappe.get_doc({"doctype": field.options, "name": f"{names[doctype]}-{field.fieldname}"[:140], **row, **place}).db_insert()


def _values(meta, names: dict[str, str], said: str) -> dict:
	values = {field.fieldname: value for field in meta.fields if (value := _value(field, names, said)) is not None}
	for field in meta.get("fields", {"fieldtype": "Dynamic Link"}):
		values |= {field.options: SUBJECT, field.fieldname: names[SUBJECT]}
	return values


def _value(field, names: dict[str, str], said: str):
	"""What stands in the field; None where it stays empty."""
	if field.fieldtype == "Link":
		return names.get(field.options)
	if field.fieldtype in TEXTS and field.options not in SPECIAL:
		return f"{said} {field.fieldname}"[: field.length or 140]
	if field.fieldtype == "Select":
		return next((option for option in (field.options or "").splitlines() if option), None)
	return nowdate() if field.reqd and field.fieldtype in ("Date", "Datetime") else None
