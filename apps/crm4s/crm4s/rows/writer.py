"""Writes the rows of a chunk, table by table, in a few statements, and reads what is stored in one.

`frappe.db.bulk_insert` builds its statement with a named parameter per value: 2,300 visits a second, where one statement made by hand
writes 10,000 (2 cores, 37 columns). Hence raw SQL here, its values always parameters.
"""

import json
import random
import re
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import repeat
from operator import itemgetter
from typing import Any, TypeVar

import frappe
from frappe.utils import now

from crm4s.change_feed.noting import Changes, note
from crm4s.change_feed.watching import WATCHED
from crm4s.masked_twins import with_twins
from crm4s.rows.names import free_names

Answer = TypeVar("Answer")

ROWS_OF_ONE_STATEMENT = 1000
ATTEMPTS = 6
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# What says the same in a statement as beside it; subclasses may not.
CONSTANTS = frozenset((type(None), bool, int, float, date, datetime))
TEXTS = frozenset((type(None), str))
NUMBERS = frozenset((int, float))
# A text that comes so often, on the average, is written into the statement.
TIMES_OF_A_TEXT = 2
# Whoever reads a document reads its versions: personal data stands there masked (crm4s.privacy.masking).
MASK = "c4s_mask_changes"
# Signs that nobody can type.
END_OF_ROW, BETWEEN_CELLS = "\x1e", "\x1f"
# By which rows are found without looking at others.
INDEXES = {"name": "primary", "parent": "parent"}
STANDARD = frozenset(
	("name", "owner", "creation", "modified", "modified_by", "docstatus", "idx", "parent", "parentfield", "parenttype")
)


class Writes:
	"""What a chunk is going to write. Nothing happens before `flush`."""

	def __init__(self, moment: str | None = None):
		"""
		Args:
			moment: when rows were written, now by default.
		"""
		self.now, self.user = moment or now(), frappe.session.user
		self.inserts: dict[str, list[dict]] = defaultdict(list)
		self.updates: dict[str, list[dict]] = defaultdict(list)
		self.deletes: dict[str, list[str]] = defaultdict(list)

	def insert(self, doctype: str, row: dict) -> None:
		"""A new row; columns that it does not have take the defaults of a new document."""
		self.inserts[doctype].append(row)

	def update(self, doctype: str, name: str, values: Mapping) -> None:
		self.updates[doctype].append({"name": name, **values})

	def delete(self, doctype: str, name: str) -> None:
		self.deletes[doctype].append(name)

	def flush(self) -> None:
		"""Write all of it, and note what connected systems hear of: once for each document."""
		changes = Changes()
		for doctype, names in self.deletes.items():
			changes.deleting(doctype, names)
			frappe.db.delete(doctype, {"name": ["in", names]})
		for doctype, rows in self.updates.items():
			changes.updating(doctype, rows)
			_update(doctype, [{**row, "modified": self.now, "modified_by": self.user} for row in rows])
			if not frappe.get_meta(doctype).istable:
				for row in rows:
					frappe.clear_document_cache(doctype, row["name"])
		for doctype, rows in self.inserts.items():
			completed = self.completed(doctype, rows)
			changes.inserting(doctype, completed)
			insert_rows(doctype, completed)
		changes.write()

	def completed(self, doctype: str, rows: Sequence[dict]) -> list[dict]:
		"""The rows with every column of the table, as Frappe would save them."""
		stamp = {"owner": self.user, "modified_by": self.user, "creation": self.now, "modified": self.now, "docstatus": 0}
		base = {**new_values(doctype), **stamp, "idx": 0}
		unnamed = [row for row in rows if not row.get("name")]
		for row, name in zip(unnamed, free_names(doctype, len(unnamed)), strict=True):
			row["name"] = name
		return [{**base, **row} for row in rows]


def new_values(doctype: str) -> dict[str, Any]:
	"""The columns of a new document of the current user, with the defaults that Frappe gives it; without standard columns."""
	values = frappe.new_doc(doctype).get_valid_dict(ignore_virtual=True)
	columns = frappe.db.get_table_columns(doctype)
	return {column: value for column, value in values.items() if column in columns and column not in STANDARD}


def insert_rows(doctype: str, rows: Sequence[Mapping], unless_known: bool = False) -> int:
	"""Insert complete rows, which all have the same columns; how many. Whoever calls this notes them for connected systems.

	Args:
		unless_known: leave out those whose key is there already, also that of a transaction which ends while we wait.
	"""
	given_by_database, count = _defaults(doctype) if rows else {}, 0
	rows = with_twins(doctype, rows)
	for part in slices(rows, ROWS_OF_ONE_STATEMENT):
		columns = zip(part[0], map(list, zip(*map(itemgetter(*part[0]), part), strict=True)), strict=True)
		named = {column: values for column, values in columns if not _is_default(given_by_database.get(column), values)}
		frappe.db.sql(*_insert_statement(doctype, named, len(part), "insert ignore" if unless_known else "insert"))
		count += frappe.db.sql("select row_count()")[0][0] if unless_known else len(part)
	return count


def _defaults(doctype: str) -> dict[str, Any]:
	"""What the database puts into columns that are not named; None where that is nothing."""
	return {column: default for column, _type, _null, _key, default, _extra in frappe.db.sql(f"show columns from `tab{doctype}`")}


def _is_default(default: str | None, values: list) -> bool:
	"""Whether a column need not be named; of sixty columns of a document two thirds say nothing."""
	first = values[0]
	if first is None:
		return default is None and values.count(None) == len(values)
	return isinstance(first, (int, float)) and bool(_NUMBER.fullmatch(default or "")) and float(default) == first and values.count(first) == len(values)


def insert_unless_known(doctype: str, columns: Sequence[str], rows: Sequence[tuple]) -> list[str]:
	"""Insert rows and leave out those whose key is there already, also that of a transaction which ends while we wait; the names of the new ones.

	Not for documents that connected systems hear of: nothing is noted here.

	Args:
		columns: those of a row, the name first.
	"""
	place, chosen = f"({', '.join(['%s'] * len(columns))})", ", ".join(f"`{column}`" for column in columns)
	for part in slices(rows, ROWS_OF_ONE_STATEMENT):
		statement = f"insert ignore into `tab{doctype}` ({chosen}) values {', '.join([place] * len(part))}"
		frappe.db.sql(statement, [value for row in part for value in row])
	return frappe.get_all(doctype, {"name": ["in", [row[0] for row in rows] or [""]]}, pluck="name", order_by=None)


def update_rows(doctype: str, rows: Sequence[Mapping]) -> None:
	"""Update rows that exist and are locked: each has its `name` and the columns to be written.

	One statement for all rows with the same columns. The primary key exists, so that the insert in it never happens.
	"""
	changes = Changes()
	changes.updating(doctype, rows)
	_update(doctype, rows)
	changes.write()


def _update(doctype: str, rows: Sequence[Mapping]) -> None:
	alike: dict[tuple, list] = defaultdict(list)
	for row in with_twins(doctype, rows):
		alike[tuple(sorted(row))].append(row)
	for columns, group in alike.items():
		changes = ", ".join(f"`{column}` = values(`{column}`)" for column in columns if column != "name")
		for part in slices(group, ROWS_OF_ONE_STATEMENT):
			statement, values = _insert_statement(doctype, {column: [row[column] for row in part] for column in columns}, len(part))
			frappe.db.sql(f"{statement} on duplicate key update {changes}", values)


def write_columns(doctype: str, columns: Mapping[str, str], rows: Sequence[tuple]) -> None:
	"""Write different values into many rows in one statement, without touching when they were modified; rows that are gone stay so.

	Args:
		columns: name → what the database takes its values for, such as "int".
		rows: each the name of a document and a value for every column.
	"""
	if not rows:
		return
	fields = ", ".join(f"`{column}` {kind} path '$[{place}]'" for place, (column, kind) in enumerate(columns.items(), start=1))
	changes = ", ".join(f"stored.`{column}` = fresh.`{column}`" for column in columns)
	# The query builder has no JSON_TABLE, and without it a set of different values would take a statement for each row. Read from left to right, so that
	# only the rows named are locked.
	frappe.db.sql(
		f"""update json_table(%s, '$[*]' columns (`name` varchar(140) path '$[0]', {fields})) fresh
		straight_join `tab{doctype}` stored force index (primary)
			on stored.`name` = convert(fresh.`name` using utf8mb4) collate utf8mb4_unicode_ci
		set {changes}""",
		json.dumps(rows, ensure_ascii=False, default=str),
	)
	if WATCHED.get(doctype, frozenset()).intersection(columns):
		note(doctype, [row[0] for row in rows], fields=columns)


def _insert_statement(doctype: str, columns: Mapping[str, list], count: int, verb: str = "insert") -> tuple[str, list]:
	"""The statement and its values. What is no text, and texts that come often, stand in it as constants: to hand over a value costs more than to write it.

	Args:
		columns: the values of each, as many as there are rows.
	"""
	cells, texts = [], []
	for values in columns.values():
		if set(map(type, values)) <= NUMBERS:
			cells.append(map(repr, values))
		elif (constants := _constants(values)) is not None:
			cells.append([constants[value] for value in values])
		else:
			texts.append(values)
			cells.append(repeat("%s", count))
	places = ", ".join([f"({', '.join(row)})" for row in zip(*cells, strict=True)])
	names = ", ".join(f"`{column}`" for column in columns)
	return f"{verb} into `tab{doctype}` ({names}) values {places}", [value for row in zip(*texts, strict=True) for value in row]


def _constants(values: list) -> dict[Any, str] | None:
	"""The values of a column as they stand in a statement; None where they are better handed over."""
	kinds = set(map(type, values))
	if not kinds <= TEXTS and not kinds <= CONSTANTS:
		return None
	different = set(values)
	if str in kinds and (len(values) < TIMES_OF_A_TEXT * len(different) or any(map(_may_be_rewritten, different))):
		return None
	return {value: _constant(value) for value in different}


def _may_be_rewritten(value: Any) -> bool:
	"""The framework takes "ifnull(" in a statement for a call, also where it is a text of somebody's."""
	return isinstance(value, str) and "(" in value


def _constant(value: Any) -> str:
	if value is None:
		return "NULL"
	if isinstance(value, (int, float)):
		return repr(value + 0)
	if isinstance(value, date):
		return f"'{value}'"
	return frappe.db.escape(str(value))


def read_rows(
	doctype: str,
	fieldname: str,
	values: Iterable,
	columns: Sequence[str] | None = None,
	condition: str = "",
	locking: bool = False,
	index: str | None = None,
) -> list[dict]:
	"""The rows whose `fieldname` is one of `values`, in no order; all columns where none are named.

	Args:
		condition: further SQL of ours, such as a store condition.
		locking: as they are now, not as they were when the transaction began, and kept so until it ends.
		index: by which the rows are found, where neither names nor parents are asked for. Needed where they are locked: reading a small table from end to end, as the
			database does otherwise, one waits for every row that somebody else keeps.
	"""
	wanted = list(dict.fromkeys(value for value in values if value))
	if not wanted:
		return []
	chosen = ", ".join(f"`{column}`" for column in columns) if columns else "*"
	return frappe.db.sql(f"select {chosen} {_which(doctype, fieldname, condition, locking, index)}", (tuple(wanted),), as_dict=True)


def _which(doctype: str, fieldname: str, condition: str, locking: bool, index: str | None) -> str:
	# The conditions of stores are text, which the builder cannot take.
	index = index or (INDEXES.get(fieldname) if locking else None)
	rest = f" and {condition}" if condition else ""
	return f"from `tab{doctype}` {f'force index ({index})' if index else ''} where `{fieldname}` in %s{rest}{' order by name for update' if locking else ''}"


def read_texts(doctype: str, fieldname: str, values: Iterable, columns: Sequence[str], condition: str = "", locking: bool = False) -> list[Sequence[str]]:
	"""The same of columns of short texts, "" where there is none. The database answers with one row for a thousand: to fetch a row takes longer than to find it."""
	rows: list[Sequence[str]] = []
	wanted = list(dict.fromkeys(value for value in values if value))
	cells = f", '{BETWEEN_CELLS}', ".join(f"coalesce(`{column}`, '')" for column in columns)
	statement = f"select count(*), group_concat({cells}, '{END_OF_ROW}' separator '') {_which(doctype, fieldname, condition, locking, None)}"
	for part in slices(wanted, ROWS_OF_ONE_STATEMENT):
		count, text = frappe.db.sql(statement, (tuple(part),))[0]
		found = [row.split(BETWEEN_CELLS) for row in (text or "").split(END_OF_ROW)[:-1]]
		if len(found) != count or any(len(row) != len(columns) for row in found):
			# Longer than the database puts together, or somebody has entered one of these signs.
			found = [[row[column] or "" for column in columns] for row in read_rows(doctype, fieldname, part, columns, condition, locking)]
		rows += found
	return rows


def lock_rows(doctype: str, names: Iterable[str]) -> None:
	"""Keep others from changing these rows until the end of the transaction; always in the same order."""
	read_rows(doctype, "name", sorted({name for name in names if name}), ["name"], locking=True)


def attempt(work: Callable[[], Answer], commit: bool) -> Answer:
	"""Do the work of a chunk in a transaction of its own, again where somebody else was in the way.

	Args:
		commit: False leaves the work in the caller's transaction, where it is tried once.
	"""
	if not commit:
		return work()
	for left in reversed(range(ATTEMPTS)):
		try:
			frappe.db.commit()
			answer = work()
			frappe.db.commit()
			return answer
		except Exception as error:
			frappe.db.rollback()
			if not left or not may_pass(error):
				raise
			time.sleep(random.uniform(0.05, 0.3) * (ATTEMPTS - left))


def may_pass(error: Exception) -> bool:
	"""Whether the same work may succeed in a moment: a deadlock, a long wait, or a row that somebody else wrote after we had looked."""
	if isinstance(error, (frappe.QueryDeadlockError, frappe.QueryTimeoutError)):
		return True
	of_database = len(error.args) > 1
	return of_database and (frappe.db.is_unique_key_violation(error) or frappe.db.is_primary_key_violation(error))


def note_versions(doctype: str, changes: Mapping[str, list[list]]) -> list[dict]:
	"""Rows of Frappe's change log for documents by name, each change being [field, before, after]."""
	if not frappe.get_meta(doctype).track_changes:
		return []
	mask = frappe.get_attr(frappe.get_hooks(MASK)[-1])
	return [
		{
			"ref_doctype": doctype,
			"docname": name,
			"data": json.dumps(mask(doctype, {"changed": fields, "added": [], "removed": [], "row_changed": []}), default=str, ensure_ascii=False),
		}
		for name, fields in changes.items()
		if fields
	]


def slices(rows: Sequence, size: int) -> Iterator[Sequence]:
	for start in range(0, len(rows), size):
		yield rows[start : start + size]
