"""Notes of documents that are saved, changed by `db_set` or deleted one by one: called by the framework's events."""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe.utils import cint, cstr, flt, get_datetime, getdate

from crm4s.change_feed.noting import CREATED, ERASED, UPDATED, Changes
from crm4s.change_feed.watching import RELATIONSHIP, SEEN_BY, STORE, STORES, VEHICLE, WATCHED

NUMBERS = ("Float", "Currency", "Percent")


def changed(document, _event: str | None = None) -> None:
	"""After each saving and after `db_set`: one note where a field differs from what was stored, or last noted, before."""
	before, now = document.get_doc_before_save(), _values(document)
	noted = document.flags.c4s_noted
	known = noted[1] if noted and noted[0] is before else before and _values(before)
	document.flags.c4s_noted = (before, now)
	changes = Changes()
	if known is None:
		changes.add(document.doctype, document.name, CREATED)
	else:
		fields = [field for field, value in now.items() if value != known[field]]
		left = [known.get(STORE)] if STORE in fields else ()
		changes.add(document.doctype, document.name, UPDATED, fields, left)
	changes.write()


def gone(document, _event: str | None = None) -> None:
	"""After the deletion."""
	changes = Changes()
	changes.add(document.doctype, document.name, ERASED, (), _stores_until_now(document))
	changes.write()


def keep_stores_of_customer(customer) -> None:
	"""Before the relationships of a customer who is deleted are taken away: who hears of the deletion."""
	customer.flags.c4s_left_stores = _related_stores([customer.name])


def related(document, event: str | None = None) -> None:
	"""A store has taken up a customer, or has nothing to do with the customer any more."""
	changes = Changes()
	if event == "after_insert":
		changes.inserting(RELATIONSHIP, [document.as_dict()])
	else:
		changes.deleting(RELATIONSHIP, [document.name])
	changes.write()


def _stores_until_now(document) -> list[str]:
	if document.doctype == VEHICLE:
		return [document.get(STORE), *_related_stores([row.customer for row in document.parties])]
	return [document.get(STORE), *(document.flags.c4s_left_stores or ())]


def _related_stores(customers: list[str]) -> list[str]:
	return frappe.get_all(RELATIONSHIP, {"customer": ["in", customers or [""]]}, pluck=STORE, distinct=True, order_by=None)


def _values(document) -> dict[str, Any]:
	fields = WATCHED[document.doctype] - {STORES}
	columns = {field: SEEN_BY.get(field, field) for field in fields}
	return {field: _plain(document.meta.get_field(column), document.get(column)) for field, column in columns.items()}


def _plain(field, value: Any) -> Any:
	"""The same for what a form sent and for what the database gave."""
	if field.fieldtype in frappe.model.table_fields:
		return [_row(row) for row in value or ()]
	if field.fieldtype in ("Int", "Check"):
		return cint(value)
	if field.fieldtype in NUMBERS:
		return round(flt(value), 6)
	if field.fieldtype == "Date":
		return value and getdate(value)
	if field.fieldtype == "Datetime":
		return value and get_datetime(value)
	return cstr(value)


def _row(row) -> Mapping[str, Any]:
	return {field.fieldname: _plain(field, row.get(field.fieldname)) for field in row.meta.fields if field.fieldtype in frappe.model.data_fieldtypes}
