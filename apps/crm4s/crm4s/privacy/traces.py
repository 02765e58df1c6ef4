"""A person's words in any column of any table, the framework's logs among them: found, and replaced by the mark of the erasure.

A phone, a document number or an e-mail address is looked for everywhere. A name is others' name as well, so it is replaced where nobody works
with it: in logs, and in documents that are about the person's documents.
"""

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import frappe

# Written by the framework or by us beside the work; in them names go too.
LOGS = frozenset(
	f"tab{doctype}"
	for doctype in (
		*("Error Log", "Notification Log", "Email Queue", "Email Queue Recipient", "Deleted Document", "Version", "Activity Log"),
		*("Scheduled Job Log", "Integration Request", "Webhook Request Log", "Access Log", "C4S Access Log", "Route History", "Comment", "ToDo"),
		*("Communication", "C4S Query Log", "C4S DMS Request", "C4S DMS Delivery", "C4S DMS Conflict", "C4S DMS Waiting Record"),
		*("C4S Spreadsheet Import Problem", "C4S Booking", "C4S Improvement Action", "C4S Manufacturer Report", "C4S Escalation"),
	)
) | {"__global_search"}
# While it is under way, an erasure knows whom it erases.
OWN_NOTE = ("tabC4S Data Request", "known_as")
TEXT_TYPES = ("varchar", "char", "tinytext", "text", "mediumtext", "longtext")
# Names of documents and of users lead to others; what is called by a person's words is removed as a document.
NAMING = frozenset(("name", "parent", "owner", "modified_by", "parenttype", "parentfield", "doctype"))


@dataclass(frozen=True)
class Trace:
	"""How many rows of a column hold one of the words."""

	table: str
	column: str
	rows: int


def tables() -> list[str]:
	"""All tables of the site, in one order for ever."""
	return sorted(frappe.db.get_tables(cached=False))


def find(words: Sequence[str], names: Sequence[str] = (), only: Iterable[str] | None = None) -> list[Trace]:
	"""Where the words, and in logs the names, stand."""
	return [trace for table in only or tables() for trace in _in_table(table, _wanted(table, words, names))]


def replace(table: str, words: Sequence[str], names: Sequence[str], mark: str) -> int:
	"""Put the mark in their place in one table, in the caller's transaction; in how many rows of columns."""
	wanted = _wanted(table, words, names)
	found = _in_table(table, wanted)
	for trace in found:
		_replace_in(table, trace.column, wanted, mark)
	return sum(trace.rows for trace in found)


def spellings(words: Iterable[str]) -> list[str]:
	"""The words, and as they stand in JSON that knows ASCII only."""
	return sorted({spelling for word in words for spelling in (word, json.dumps(word)[1:-1])}, key=lambda word: (-len(word), word))


def pattern(words: Iterable[str]) -> str:
	"""A regular expression of the words; digits count as whole numbers only, so that a phone is no part of a longer number."""
	return "|".join(_bounded(re.escape(word), word) for word in words)


def _bounded(escaped: str, word: str) -> str:
	before = "(?<![0-9])" if word[0].isdigit() else ""
	return f"{before}{escaped}(?![0-9])" if word[-1].isdigit() else f"{before}{escaped}"


def _wanted(table: str, words: Sequence[str], names: Sequence[str]) -> list[str]:
	return spellings([*words, *names] if table in LOGS else words)


def _in_table(table: str, words: Sequence[str]) -> list[Trace]:
	columns = _columns(table)
	if not columns or not words:
		return []
	# First whether there is any, by one look at each row; then which column.
	whole = f"concat_ws('\\n', {', '.join(f'`{column}`' for column in columns)})"
	likely = " or ".join([f"{whole} like %s"] * len(words))
	likes = [f"%{_escaped(word)}%" for word in words]
	if not frappe.db.sql(f"select 1 from `{table}` where {likely} limit 1", likes):
		return []
	sums = ", ".join(f"sum(`{column}` regexp %s)" for column in columns)
	counts = frappe.db.sql(f"select {sums} from `{table}` where {likely}", [pattern(words)] * len(columns) + likes)[0]
	return [Trace(table, column, int(count)) for column, count in zip(columns, counts) if count]


def _replace_in(table: str, column: str, words: Sequence[str], mark: str) -> None:
	longest = _columns(table)[column]
	instead = f"regexp_replace(`{column}`, %s, %s)"
	fitting = f"left({instead}, {longest})" if longest else instead
	# nosemgrep: query-built-as-text -- made of names of columns two lines above
	frappe.db.sql(f"update `{table}` set `{column}` = {fitting} where `{column}` regexp %s", [pattern(words), mark, pattern(words)])


def _columns(table: str) -> dict[str, int | None]:
	"""Column → longest value, None where it has no limit; those that hold text."""
	known = getattr(frappe.local, "c4s_text_columns", None)
	if known is None:
		known = frappe.local.c4s_text_columns = {}
		rows = frappe.db.sql(
			"""select table_name, column_name, data_type, character_maximum_length from information_schema.columns
			where table_schema = database() and data_type in %s""",
			[TEXT_TYPES],
		)
		for name, column, kind, longest in rows:
			if column not in NAMING and (name, column) != OWN_NOTE:
				known.setdefault(name, {})[column] = longest if kind in ("varchar", "char") else None
	return known.get(table, {})


def _escaped(word: str) -> str:
	return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
