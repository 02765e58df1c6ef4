"""Rows that the database makes itself: what a row is follows from its number alone, by a digest of it, so that every fill is the same."""

import json
from collections.abc import Mapping, Sequence

import frappe
from frappe.utils import cint

from crm4s.rows.writer import new_values

CHUNK = 100_000


# `n` is the number of the row, `c0` … `c7` eight independent chances between 0 and 1 that follow from it.


def dice(table: str, rows: int) -> str:
	"""SQL of a derived table of `rows` numbers from 1 on with their chances."""
	digits = ", ".join(f"conv(substr(digest, {1 + 4 * part}, 4), 16, 10) / 65536 c{part}" for part in range(8))
	return f"(select n, {digits} from (select seq n, md5(concat('{table}', seq)) digest from seq_1_to_{rows}) numbers) dice"


def one(words: Sequence[str], chance: str) -> str:
	"""SQL that takes one of the words."""
	return f"elt(1 + floor({len(words)} * ({chance})), {', '.join(frappe.db.escape(word) for word in words)})"


def insert(doctype: str, source: str, columns: Mapping[str, str], rows: int, commit: bool) -> None:
	"""Insert a row for each number `n` of the source, in chunks; a column that is not given has the value of a new document."""
	statement = statement_of(doctype, f"{source} where n > %s and n <= %s", columns)
	in_chunks(statement, [(start, min(start + CHUNK, rows)) for start in range(0, rows, CHUNK)], commit)


def statement_of(doctype: str, source: str, columns: Mapping[str, str]) -> str:
	# All text is ours; the builder knows neither generated numbers nor digests.
	values = {column: frappe.db.escape(value) if isinstance(value, str) else literal(value) for column, value in new_values(doctype).items()}
	stamp = {"owner": "'Administrator'", "modified_by": "'Administrator'", "creation": "now(6)", "modified": "now(6)", "docstatus": "0", "idx": "0"}
	row = {**values, **stamp, **columns}
	return f"insert into `tab{doctype}` ({', '.join(f'`{column}`' for column in row)}) select {', '.join(row.values())} from {source}"


def in_chunks(statement: str, chunks: Sequence[tuple], commit: bool) -> None:
	for chunk in chunks:
		frappe.db.sql(statement, chunk)
		if commit:
			frappe.db.commit()


def literal(value) -> str:
	return "NULL" if value is None else str(cint(value)) if isinstance(value, bool) else str(value)


def reserve(prefix: str, rows: int) -> int:
	"""The number after which the new documents of a series begin."""
	series = frappe.qb.DocType("Series")
	found = frappe.qb.from_(series).where(series.name == prefix).for_update().select(series.current).run()
	first = cint(found[0][0]) if found else 0
	if found:
		frappe.qb.update(series).set(series.current, first + rows).where(series.name == prefix).run()
	else:
		frappe.qb.into(series).columns(series.name, series.current).insert(prefix, rows).run()
	return first


def named(prefix: str, first: int, number: str) -> str:
	"""SQL of the name of the numbered document after the first ones of its series."""
	digits = {"SH-": 8}.get(prefix, 7)
	return f"concat('{prefix}', lpad({first} + {number}, {digits}, '0'))"


def finish(key: str, state: Mapping, filled: Sequence[str], commit: bool) -> Mapping:
	"""The end of a fill: the database counts the tables, as it would by itself a moment later, and the state is kept; nothing where it is to be rolled back."""
	if commit:
		for doctype in filled:
			frappe.db.sql_ddl(f"analyze table `tab{doctype}`")
		note(key, state)
	return state


def note(key: str, state: Mapping) -> None:
	"""Keep what a fill made, with its `recipe`."""
	frappe.db.set_global(key, json.dumps(state))
	frappe.db.commit()


def noted(key: str, recipe: int) -> dict | None:
	"""What a fill noted, and as `is_current` whether it was of this recipe."""
	state = json.loads(frappe.db.get_global(key) or "null")
	return state and {**state, "is_current": state["recipe"] == recipe}


class as_in_test:
	"""The block's writers leave the transaction to the caller, as they do in tests."""

	def __init__(self, wanted: bool):
		self.wanted = wanted

	def __enter__(self):
		self.before, frappe.flags.in_test = frappe.flags.in_test, self.wanted or frappe.flags.in_test

	def __exit__(self, *error):
		frappe.flags.in_test = self.before
