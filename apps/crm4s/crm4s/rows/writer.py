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
from typing import Any, TypeVar

import frappe
from frappe.utils import now

from crm4s.change_feed.noting import Changes, note
from crm4s.change_feed.watching import WATCHED
from crm4s.rows.names import free_names

Answer = TypeVar("Answer")

ROWS_OF_ONE_STATEMENT = 1000
ATTEMPTS = 6
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
# What says the same in a statement as beside it; subclasses may not.
CONSTANTS = frozenset((type(None), bool, int, float, date, datetime))
# Whoever reads a document reads its versions: personal data stands there masked (crm4s.privacy.masking).
MASK = "c4s_mask_changes"
STANDARD = frozenset(
	("name", "owner", "creation", "modified", "modified_by", "docstatus", "idx", "parent", "parentfield", "parenttype")
)


class Writes:
	"""What a chunk is going to write. Nothing happens before `flush`."""

	def __init__(self):
		self.now, self.user = now(), frappe.session.user
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
			for row in rows:
				frappe.clear_document_cache(doctype, row["name"])
		for doctype, rows in self.inserts.items():
			completed = self.completed(doctype, rows)
			changes.inserting(doctype, completed)
			insert_rows(doctype, completed)
		changes.write()

	def completed(self, doctype: str, rows: Sequence[dict]) -> list[dict]:
		"""The rows with every column of the table, as Frappe would save them."""
		defaults = new_values(doctype)
		stamp = {"owner": self.user, "modified_by": self.user, "creation": self.now, "modified": self.now, "docstatus": 0}
		unnamed = [row for row in rows if not row.get("name")]
		for row, name in zip(unnamed, free_names(doctype, len(unnamed)), strict=True):
			row["name"] = name
		return [{**defaults, **stamp, "idx": 0, **row} for row in rows]


def new_values(doctype: str) -> dict[str, Any]:
	"""The columns of a new document of the current user, with the defaults that Frappe gives it; without standard columns."""
	values = frappe.new_doc(doctype).get_valid_dict(ignore_virtual=True)
	columns = frappe.db.get_table_columns(doctype)
	return {column: value for column, value in values.items() if column in columns and column not in STANDARD}


def insert_rows(doctype: str, rows: Sequence[Mapping]) -> None:
	"""Insert complete rows, which all have the same columns; whoever calls this notes them for connected systems."""
	given_by_database = _defaults(doctype) if rows else {}
	for part in slices(rows, ROWS_OF_ONE_STATEMENT):
		columns = [column for column in part[0] if not _is_default(given_by_database.get(column), [row[column] for row in part])]
		frappe.db.sql(*_insert_statement(doctype, columns, part))


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
	for row in rows:
		alike[tuple(sorted(row))].append(row)
	for columns, group in alike.items():
		changes = ", ".join(f"`{column}` = values(`{column}`)" for column in columns if column != "name")
		for part in slices(group, ROWS_OF_ONE_STATEMENT):
			statement, values = _insert_statement(doctype, columns, part)
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
	# The query builder has no JSON_TABLE, and without it a set of different values would take a statement for each row.
	frappe.db.sql(
		f"""update `tab{doctype}` stored
		join json_table(%s, '$[*]' columns (`name` varchar(140) path '$[0]', {fields})) fresh
			on stored.`name` = convert(fresh.`name` using utf8mb4) collate utf8mb4_unicode_ci
		set {changes}""",
		json.dumps(rows, ensure_ascii=False, default=str),
	)
	if WATCHED.get(doctype, frozenset()).intersection(columns):
		note(doctype, [row[0] for row in rows], fields=columns)


def _insert_statement(doctype: str, columns: Sequence[str], rows: Sequence[Mapping]) -> tuple[str, list]:
	"""The statement and its values. A column that is the same in all rows, and what is no text, stands in it as a constant: to hand over a value costs more
	than to write it."""
	cells, texts = [], []
	for column in columns:
		values = [row[column] for row in rows]
		if len(rows) > 1 and values.count(values[0]) == len(rows) and not _may_be_rewritten(values[0]):
			cells.append(repeat(_constant(values[0]), len(rows)))
		elif CONSTANTS.issuperset(map(type, values)):
			cells.append(map(_constant, values))
		else:
			texts.append(values)
			cells.append(repeat("%s", len(rows)))
	places = ", ".join([f"({', '.join(row)})" for row in zip(*cells, strict=True)])
	names = ", ".join(f"`{column}`" for column in columns)
	return f"insert into `tab{doctype}` ({names}) values {places}", [value for row in zip(*texts, strict=True) for value in row]


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
) -> list[dict]:
	"""The rows whose `fieldname` is one of `values`, in no order; all columns where none are named.

	Args:
		condition: further SQL of ours, such as a store condition.
		locking: as they are now, not as they were when the transaction began, and kept so until it ends.
	"""
	wanted = list(dict.fromkeys(value for value in values if value))
	if not wanted:
		return []
	chosen = ", ".join(f"`{column}`" for column in columns) if columns else "*"
	# The conditions of stores are text, which the builder cannot take.
	statement = f"select {chosen} from `tab{doctype}` where `{fieldname}` in %s"
	if condition:
		statement += f" and {condition}"
	if locking:
		statement += " order by name for update"
	return frappe.db.sql(statement, (tuple(wanted),), as_dict=True)


def lock_rows(doctype: str, names: Iterable[str]) -> None:
	"""Keep others from changing these rows until the end of the transaction; always in the same order."""
	wanted = sorted({name for name in names if name})
	if wanted:
		table = frappe.qb.DocType(doctype)
		frappe.qb.from_(table).where(table.name.isin(wanted)).orderby(table.name).for_update().select(table.name).run()


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
