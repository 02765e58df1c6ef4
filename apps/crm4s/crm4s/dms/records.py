"""Documents as records for a link, as they are now: read in sets, with the rights of the link's user and within the link's stores."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any, get_args
from zoneinfo import ZoneInfo

import frappe
from frappe.utils import cint

from crm4s.change_feed.watching import CUSTOMER, PARTY, RELATIONSHIP, STORE, STORES, VEHICLE
from crm4s.dms.contract.outgoing import Given, Outgoing
from crm4s.dms.intake.known import external_ids_of
from crm4s.dms.links import Link
from crm4s.identity_numbers import numbers_of

ID = "_id"


def records_of(link: Link, outgoing: Outgoing, names: Sequence[str]) -> dict[str, dict]:
	"""By name, the documents that the link may have; called as the link's user. A handful of queries, however many names."""
	columns = [field for field in _own_fields(outgoing.model) if field != STORES]
	found = frappe.get_list(outgoing.doctype, {"name": ["in", list(names) or [""]]}, ["name", *columns], limit_page_length=0, order_by=None)
	rows = {row.name: dict(row) for row in found}
	stores = link.stores_of_user()
	if stores is not None:
		rows = {name: rows[name] for name in _within(outgoing.doctype, rows, stores)}
	_add_tables(outgoing, rows)
	if outgoing.doctype == CUSTOMER:
		_add_stores(rows, stores)
		_add_document_numbers(rows)
	return _written(link, outgoing, rows)


# What the link may see
# ---------------------


def _within(doctype: str, rows: Mapping[str, Mapping], stores: frozenset[str]) -> list[str]:
	"""Those of the documents that lie in these stores: dealings of other stores, which a group may share for reading, are not given out."""
	if doctype == CUSTOMER:
		known = _of_related_people(rows, stores)
		return [name for name in rows if name in known]
	inside = {name for name, row in rows.items() if row.get(STORE) in stores or (doctype == "C4S Manufacturer Report" and not row.get(STORE))}
	if doctype == VEHICLE:
		parties = frappe.get_all(PARTY, {"parent": ["in", list(rows) or [""]], "parenttype": VEHICLE}, ["parent", "customer"], as_list=True, order_by=None)
		known = _of_related_people({customer for _car, customer in parties}, stores)
		inside |= {car for car, customer in parties if customer in known}
	return [name for name in rows if name in inside]


def _of_related_people(customers: Iterable[str], stores: frozenset[str]) -> set[str]:
	which = {"customer": ["in", list(customers) or [""]], STORE: ["in", list(stores) or [""]]}
	return set(frappe.get_all(RELATIONSHIP, which, pluck="customer", distinct=True, order_by=None))


# Tables
# ------


def _add_tables(outgoing: Outgoing, rows: Mapping[str, dict]) -> None:
	for field, model in _tables(outgoing.model).items():
		table = frappe.get_meta(outgoing.doctype).get_field(field)
		which = {"parent": ["in", list(rows) or [""]], "parenttype": outgoing.doctype, "parentfield": field}
		children = defaultdict(list)
		for row in frappe.get_all(table.options, which, ["parent", *_own_fields(model)], order_by="parent, idx"):
			children[row.pop("parent")].append(dict(row))
		for name, row in rows.items():
			row[field] = children[name]


def _add_stores(rows: Mapping[str, dict], stores: frozenset[str] | None) -> None:
	which = {"customer": ["in", list(rows) or [""]], **({STORE: ["in", list(stores)]} if stores is not None else {})}
	of_customer = defaultdict(list)
	for customer, store in frappe.get_all(RELATIONSHIP, which, ["customer", STORE], as_list=True, order_by="dealership"):
		of_customer[customer].append(store)
	for name, row in rows.items():
		row[STORES] = of_customer[name]


def _add_document_numbers(rows: Mapping[str, dict]) -> None:
	"""Whole, where the link's user may read them."""
	numbers = numbers_of([name for name, row in rows.items() if row.get("identity_number")])
	for name, number in numbers.items():
		rows[name]["identity_number"] = number


# In the words of the contract
# ----------------------------


def _written(link: Link, outgoing: Outgoing, rows: Mapping[str, dict]) -> dict[str, dict]:
	_add_their_numbers(link, outgoing, list(rows.values()))
	codes = {store: code for code, store in link.store_codes.items()}
	zone = _zone()
	return {name: _plain(outgoing.model, row, codes, zone) for name, row in rows.items()}


def _add_their_numbers(link: Link, outgoing: Outgoing, rows: Sequence[dict]) -> None:
	"""One query for each type of document that is named, in records and in their tables."""
	places: dict[str, list[tuple[dict, str]]] = defaultdict(list)
	for doctype, parts in ((outgoing.doctype, [(outgoing.model, rows)]), *_parts_of(outgoing, rows)):
		meta = frappe.get_meta(doctype)
		for model, listed in parts:
			for field in _references(model):
				places[meta.get_field(field).options] += [(row, field) for row in listed]
	for doctype, named in places.items():
		known = external_ids_of(link.name, doctype, (row.get(field) for row, field in named))
		for row, field in named:
			row[field + ID] = known.get(row.get(field))


def _parts_of(outgoing: Outgoing, rows: Sequence[dict]) -> list[tuple[str, list]]:
	meta = frappe.get_meta(outgoing.doctype)
	tables = _tables(outgoing.model)
	return [(meta.get_field(field).options, [(model, [part for row in rows for part in row[field]])]) for field, model in tables.items()]


def _plain(model: type[Given], row: Mapping[str, Any], codes: Mapping[str, str], zone: ZoneInfo) -> dict:
	values = {}
	for field, info in model.model_fields.items():
		value = row.get(field)
		if field in _tables(model):
			value = [_plain(_tables(model)[field], part, codes, zone) for part in value]
		elif field == STORE:
			value = codes.get(value, value) or None
		elif field == STORES:
			value = [codes.get(store, store) for store in value]
		elif info.annotation is bool:
			value = bool(cint(value))
		elif isinstance(value, datetime):
			value = value.replace(microsecond=0, tzinfo=zone)
		elif value == "":
			value = None
		values[field] = value
	return model.model_validate(values).model_dump(mode="json")


def with_zone(moment: datetime) -> str:
	"""A time of ours as the contract writes it."""
	return moment.replace(microsecond=0, tzinfo=_zone()).isoformat()


def _zone() -> ZoneInfo:
	"""Times are kept without a zone, in that of the site."""
	return ZoneInfo(frappe.db.get_single_value("System Settings", "time_zone") or "Asia/Shanghai")


@cache
def _tables(model: type[Given]) -> dict[str, type[Given]]:
	"""Fields that are tables, with what their rows look like."""
	found = {field: get_args(info.annotation) for field, info in model.model_fields.items()}
	return {field: said[0] for field, said in found.items() if said and isinstance(said[0], type) and issubclass(said[0], Given)}


@cache
def _references(model: type[Given]) -> tuple[str, ...]:
	"""Fields that name a document of which the other side may have a number."""
	return tuple(field.removesuffix(ID) for field in model.model_fields if field.endswith(ID))


@cache
def _own_fields(model: type[Given]) -> tuple[str, ...]:
	"""Columns of the document: neither numbers of the other side nor tables."""
	theirs = {field + ID for field in _references(model)}
	return tuple(field for field in model.model_fields if field not in theirs and field not in _tables(model))
