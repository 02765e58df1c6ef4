"""What a merge did, row by row: the only writer of C4S Merge Row. With it a merge is taken back; without it, it cannot be.

Moved    a column named the closed file and names the remaining one
Changed  columns of a row, before and after
Removed  a row that the remaining file has already; whole, as it was
Added    a row that the merge itself wrote
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import frappe
from frappe.utils import now

from crm4s.rows.writer import insert_rows, slices

ROW = "C4S Merge Row"
MOVED, CHANGED, REMOVED, ADDED = "Moved", "Changed", "Removed", "Added"
# Written one by one they would make long statements; so many names stand in one condition.
SOME = 1000


class Record:
	"""The rows of one merge."""

	def __init__(self, merge: str):
		self.merge = merge

	def moved(self, table: str, column: str, names: Sequence[str]) -> None:
		self._add([{"kind": MOVED, "table_name": table, "column_name": column, "row_name": str(name)} for name in names])

	def changed(self, table: str, name: str, before: Mapping, after: Mapping) -> None:
		"""The columns that are not what they were; nothing where there are none."""
		different = [column for column in before if column != "name" and as_text(before[column]) != as_text(after.get(column))]
		if different:
			values = {"before": _packed(before, different), "after": _packed(after, different)}
			self._add([{"kind": CHANGED, "table_name": table, "row_name": name, **values}])

	def removed(self, table: str, rows: Iterable[Mapping]) -> None:
		self._add([{"kind": REMOVED, "table_name": table, "row_name": str(row["name"]), "before": _packed(row, row)} for row in rows])

	def added(self, table: str, names: Sequence[str]) -> None:
		self._add([{"kind": ADDED, "table_name": table, "row_name": name} for name in names])

	def rows(self, kind: str) -> list:
		"""In the order in which they were noted: table_name, column_name, row_name, before and after as dicts."""
		columns = ["table_name", "column_name", "row_name", "before", "after"]
		rows = frappe.get_all(ROW, {"merge": self.merge, "kind": kind}, columns, order_by="idx", limit_page_length=0)
		for row in rows:
			row.before, row.after = json.loads(row.before or "{}"), json.loads(row.after or "{}")
		return rows

	def count(self) -> int:
		return frappe.db.count(ROW, {"merge": self.merge})

	def forget(self) -> None:
		frappe.db.delete(ROW, {"merge": self.merge})

	def _add(self, rows: Sequence[dict]) -> None:
		stamp, user, first = now(), frappe.session.user, self.count() + 1
		standard = {"owner": user, "modified_by": user, "creation": stamp, "modified": stamp, "docstatus": 0, "merge": self.merge}
		empty = {"column_name": None, "before": None, "after": None}
		insert_rows(ROW, [{"name": frappe.generate_hash(length=16), **standard, **empty, **row, "idx": place} for place, row in enumerate(rows, start=first)])


def whole_rows(table: str, names: Iterable[str], column: str = "name") -> dict[str, dict]:
	"""Rows with all their columns, by name."""
	found: dict[str, dict] = {}
	rows = frappe.qb.DocType(table)
	for some in slices(list(names), SOME):
		for row in frappe.qb.from_(rows).select(rows.star).where(rows[column].isin(list(some))).run(as_dict=True):
			found[str(row["name"])] = dict(row)
	return found


def as_text(value: Any) -> str | None:
	"""A value as it is compared, whether it comes from the database or from the record."""
	if value is None:
		return None
	if isinstance(value, bool):
		return str(int(value))
	return str(value)


def _packed(row: Mapping, columns: Iterable[str]) -> str:
	return json.dumps({column: as_text(row.get(column)) for column in columns}, ensure_ascii=False)
