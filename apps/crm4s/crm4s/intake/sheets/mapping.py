"""From the rows of a sheet to the frames of an intake. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from crm4s.identifiers.phone import normalise_phone
from crm4s.identifiers.problem import Problem
from crm4s.identifiers.text import compact
from crm4s.intake.sheets.layouts import CUSTOMERS, VEHICLES, WORDS, Column, Layout
from crm4s.intake.values import as_text
from crm4s.sheet_reading import Sheet

# Columns of the file of rejected rows: read over, so that the mended file can be taken as it is.
ROW_HEADINGS, FIELD_HEADINGS, REASON_HEADINGS = ("Row", "行号"), ("Field", "字段"), ("Reason", "原因")
READ_OVER = frozenset(heading.casefold() for heading in (*ROW_HEADINGS, *FIELD_HEADINGS, *REASON_HEADINGS))


@dataclass(frozen=True)
class RowProblem:
	"""What is wrong with a row of the sheet, counted from 0; `field` as in the layout."""

	row: int
	field: str | None
	problem: Problem


@dataclass
class Mapped:
	"""The frames of an intake. `rows` tells by external key from which rows of the sheet a record comes, `lines` which of them are lines."""

	records: pd.DataFrame
	tables: dict[str, pd.DataFrame] = field(default_factory=dict)
	rows: dict[str, list[int]] = field(default_factory=dict)
	lines: dict[str, list[int]] = field(default_factory=dict)
	problems: list[RowProblem] = field(default_factory=list)


def known_columns(sheet: Sheet, layout: Layout) -> tuple[dict[int, Column], list[str]]:
	"""The column of the layout for each column of the sheet that is known, and the headings that are not.

	Raises:
		Problem: a column comes twice, or one that is needed is missing.
	"""
	by_heading = {_plain(heading): column for column in reversed(layout.columns) for heading in reversed(column.headings)}
	known: dict[int, Column] = {}
	unknown = []
	for position, heading in enumerate(sheet.headings):
		column = by_heading.get(_plain(heading))
		if column is None:
			if heading and heading.casefold() not in READ_OVER:
				unknown.append(heading)
			continue
		if column in known.values():
			raise Problem("The column {heading} comes twice; keep one of them.", heading=heading)
		known[position] = column
	missing = [column for column in layout.columns if column.is_required and column not in known.values()]
	if missing:
		raise Problem(
			"The column {heading} is missing; take the headings from the template.",
			heading=" / ".join((missing[0].chinese, missing[0].english)),
		)
	return known, unknown


def map_sheet(sheet: Sheet, layout: Layout, store: str, region: str = "CN") -> Mapped:
	"""The records of the sheet for a store.

	Numbers are those of the store's own lists, so the keys begin with the store: two stores may use the same numbers.
	"""
	columns, _unknown = known_columns(sheet, layout)
	rows = [
		{column.field: _word(column.field, cells[position]) for position, column in columns.items() if cells[position] is not None}
		for cells in sheet.rows
	]
	if layout.kind == CUSTOMERS:
		return _customers(rows, store, region)
	if layout.kind == VEHICLES:
		return _vehicles(rows, store, region)
	return _visits(rows, layout, store, region)


def key_of(store: str, number: Any) -> str:
	return f"{store}:{as_text(number)}"


def _customers(rows: Sequence[dict], store: str, region: str) -> Mapped:
	mapped, records, phones = Mapped(pd.DataFrame()), [], []
	for index, row in enumerate(rows):
		key = _customer_key(row, store, region)
		if key is None:
			problem = Problem("The row needs a customer number or a phone, or nobody could know it again next time.")
			mapped.problems.append(RowProblem(index, "number", problem))
			continue
		if key in mapped.rows:
			mapped.problems.append(RowProblem(index, "number", _twice(mapped.rows[key][0])))
			continue
		mapped.rows[key] = [index]
		records.append({"external_key": key, "dealership": store, **_without(row, "number", "phone", "is_verified", "other_phone")})
		if "phone" in row:
			phones.append({"external_key": key, "phone": row["phone"], "is_primary": 1, "is_verified": row.get("is_verified")})
		if "other_phone" in row:
			phones.append({"external_key": key, "phone": row["other_phone"], "kind": "Home", "is_primary": None})
	mapped.records = pd.DataFrame(records)
	if phones:
		mapped.tables["phones"] = pd.DataFrame(phones)
	return mapped


def _customer_key(row: Mapping, store: str, region: str) -> str | None:
	if "number" in row:
		return key_of(store, row["number"])
	if "phone" not in row:
		return None
	known_by = f"{_phone(row['phone'], region)}|{as_text(row.get('customer_name', '')).replace(' ', '')}"
	# The key is no secret, so it does not hold the number itself.
	return f"{store}:phone:{hashlib.sha256(known_by.encode()).hexdigest()[:24]}"


def _vehicles(rows: Sequence[dict], store: str, region: str) -> Mapped:
	mapped, records, parties = Mapped(pd.DataFrame()), [], []
	for index, row in enumerate(rows):
		if "vin" not in row:
			problem = Problem("VIN is empty; enter the 17 characters from the registration certificate or the windscreen.")
			mapped.problems.append(RowProblem(index, "vin", problem))
			continue
		key = f"vin:{compact(as_text(row['vin']))}"
		if key in mapped.rows:
			mapped.problems.append(RowProblem(index, "vin", _twice(mapped.rows[key][0])))
			continue
		mapped.rows[key] = [index]
		records.append({"external_key": key, "entering_store": store, **_without(row, "owner_number", "owner_phone", "owner_since")})
		if "owner_number" in row or "owner_phone" in row:
			mapped.lines[key] = [index]
			parties.append(
				{
					"external_key": key,
					"party_role": "Owner",
					"customer_key": key_of(store, row["owner_number"]) if "owner_number" in row else None,
					"customer_phone": _phone(row["owner_phone"], region) if "owner_phone" in row and "owner_number" not in row else None,
					"valid_from": row.get("owner_since"),
				}
			)
	mapped.records = pd.DataFrame(records)
	if parties:
		mapped.tables["parties"] = pd.DataFrame(parties)
	return mapped


def _visits(rows: Sequence[dict], layout: Layout, store: str, region: str) -> Mapped:
	mapped, records, items = Mapped(pd.DataFrame()), {}, []
	of_line = {column.field for column in layout.columns if column.of_line}
	wrong = set()
	for index, row in enumerate(rows):
		if "number" not in row:
			problem = Problem("The order number is missing; by it the visit is known again.")
			mapped.problems.append(RowProblem(index, "number", problem))
			continue
		key = key_of(store, row["number"])
		mapped.rows.setdefault(key, []).append(index)
		record = records.setdefault(key, {})
		for name in row.keys() - of_line - {"number"}:
			if as_text(record.setdefault(name, row[name])) != as_text(row[name]):
				mapped.problems.append(RowProblem(index, name, _contradiction(mapped.rows[key][0], record[name], row[name])))
				wrong.add(key)
		if row.keys() & of_line:
			mapped.lines.setdefault(key, []).append(index)
			items.append({"external_key": key, **{name: row[name] for name in row.keys() & of_line}})
	for key in wrong:
		mapped.problems += _others_of(mapped, key)
	kept = {key: record for key, record in records.items() if key not in wrong}
	mapped.records = pd.DataFrame([_visit(key, record, store, region) for key, record in kept.items()])
	items = [item for item in items if item["external_key"] in kept]
	if items:
		mapped.tables["items"] = pd.DataFrame(items)
	return mapped


def _visit(key: str, record: dict, store: str, region: str) -> dict:
	visit = {"external_key": key, "dealership": store, **_without(record, "customer_number")}
	if "customer_number" in record:
		visit["customer_key"] = key_of(store, record["customer_number"])
		visit.pop("customer_phone", None)
	elif "customer_phone" in record:
		visit["customer_phone"] = _phone(record["customer_phone"], region)
	return visit


def _others_of(mapped: Mapped, key: str) -> list[RowProblem]:
	"""A record is taken in whole or not at all, so its other rows are given back with the wrong one."""
	wrong = {problem.row for problem in mapped.problems}
	return [RowProblem(row, None, another_row_is_wrong()) for row in mapped.rows[key] if row not in wrong]


def another_row_is_wrong() -> Problem:
	return Problem("Another row of the same order is wrong; mend that one and give both again.")


def _twice(first: int) -> Problem:
	return Problem("The same is in data row {number} already; keep one of them.", number=first + 1)


def _contradiction(first: int, before: Any, now: Any) -> Problem:
	return Problem(
		"Here stands {now}, in data row {number} of the same order {before}.", now=as_text(now), number=first + 1, before=as_text(before)
	)


def _word(name: str, value: Any) -> Any:
	return WORDS.get(name, {}).get(value, value) if isinstance(value, str) else value


def _phone(raw: Any, region: str) -> str:
	"""As stored, or as it stands where it is no phone number; the intake then says why."""
	try:
		return normalise_phone(raw, region)
	except Problem:
		return as_text(raw)


def _plain(heading: str) -> str:
	return "".join(heading.replace("*", "").replace("＊", "").split()).casefold()


def _without(row: Mapping, *names: str) -> dict:
	return {name: value for name, value in row.items() if name not in names}

