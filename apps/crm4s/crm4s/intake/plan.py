"""From checked records to what is written: chunk by chunk, what is given is laid over what is stored.

An intake of a kind of document says in a subclass how the rest follows (`complete`) and what else is written (`accompany`).
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Protocol

import frappe
import pandas as pd
from frappe import _
from frappe.utils import escape_html, getdate

from crm4s.intake import rules
from crm4s.intake.reach import seen_among
from crm4s.intake.records import KEY, Records, Refused
from crm4s.intake.result import CREATED, UNCHANGED, UPDATED, Outcome, Result
from crm4s.intake.values import as_text
from crm4s.rows.isolation import reading_committed
from crm4s.rows.names import Series
from crm4s.rows.writer import STANDARD, Writes, attempt, new_values, note_versions, read_rows, slices

CHUNK = 2000


@dataclass
class Plan:
	"""One document as it shall be: `row` its columns, `tables` the rows of its child tables by fieldname; `stored` as it is now."""

	position: int
	key: str
	given: dict
	row: dict
	stored: dict | None = None
	tables: dict[str, list[dict]] = field(default_factory=dict)
	stored_tables: dict[str, list[dict]] = field(default_factory=dict)

	@property
	def name(self) -> str | None:
		return self.row.get("name")

	@property
	def is_new(self) -> bool:
		return self.stored is None

	def changes(self) -> dict[str, Any]:
		"""The columns that become different; of a new document all."""
		if self.is_new:
			return self.row
		return {
			column: value
			for column, value in self.row.items()
			if column not in STANDARD and rules.differs(self.stored.get(column), value)
		}


class Guard(Protocol):
	"""Decides what of a record may overwrite a document that is stored."""

	def look(self, given: Mapping[str, dict], stored: Mapping[str, dict]) -> None:
		"""Called for each chunk with what its records say and the stored documents, both by key."""

	def columns(self, key: str, stored: dict, given: dict) -> dict:
		"""The columns that are taken of those that the record says."""

	def rows(self, key: str, stored: dict, table: str, before: list[dict], wanted: list[dict]) -> list[dict]:
		"""The rows of a child table as they shall be."""


class Intake:
	"""Takes in records of one doctype. Subclasses name it, the doctypes of its `tables` by fieldname, and the columns it derives,
	or, where these are fewer, those that are `taken_in`."""

	doctype: str
	tables: Mapping[str, str] = {}
	derived: frozenset[str] = frozenset()
	taken_in: frozenset[str] = frozenset()

	def __init__(
		self,
		frame: pd.DataFrame,
		tables: Mapping[str, pd.DataFrame | None] | None = None,
		*,
		dry_run: bool = False,
		commit: bool = True,
		on_progress: Callable[[int, int], None] | None = None,
		chunk: int = CHUNK,
		known: Mapping[str, str] | None = None,
		guard: Guard | None = None,
		side_by_side: bool = False,
		names: Mapping[str, str] | None = None,
		moment: str | None = None,
	):
		"""
		Args:
			frame: one row a record.
			tables: child rows by fieldname, with the `external_key` of the record to which each belongs.
			dry_run: say what would happen, write nothing.
			commit: one transaction a chunk; False leaves everything in the caller's transaction.
			on_progress: called after each chunk with how many records are done, and of how many.
			known: the names of documents by the external keys of their records, where somebody knows them otherwise than by these keys.
			guard: asked before a stored document changes.
			side_by_side: others who make documents of this type are not kept waiting; the caller sees to it that what they commit is seen.
			names: those that new documents get, by the external keys of their records, where they were reserved beforehand.
			moment: when the documents were written, now by default.
		"""
		self.known, self.guard, self.side_by_side = known or {}, guard, side_by_side
		self.reserved, self.moment = names or {}, moment
		self.records = Records(frame, self.doctype)
		self.table_records = {
			name: Records(child, self.tables[name]) for name, child in (tables or {}).items() if child is not None
		}
		self.refuse_derived_columns()
		self.dry_run, self.commit, self.on_progress, self.chunk = dry_run, commit and not dry_run, on_progress, chunk
		self.meta = frappe.get_meta(self.doctype)
		self.results: dict[int, Result] = {}

	def run(self) -> Outcome:
		self.check()
		self.keys = list(self.records.frame[KEY])
		self.child_positions = {name: self._positions_of_children(child) for name, child in self.table_records.items()}
		self.refuse_for_children()
		self.given = self.records.given()
		self.child_given = {name: child.given() for name, child in self.table_records.items()}
		self.series, self.defaults = Series(self.doctype, apart=self.side_by_side), new_values(self.doctype)
		self.required = [field for field in self.meta.get("fields", {"reqd": 1}) if field.fieldname in self.defaults]
		self.today = getdate()
		self.child_defaults = {name: new_values(doctype) for name, doctype in self.tables.items()}
		with reading_committed() if self.commit else nullcontext():
			self._take_chunks()
		return Outcome([self.results[position] for position in range(len(self.records))])

	def _take_chunks(self) -> None:
		done = 0
		for positions in slices(range(len(self.records)), self.chunk):
			self.results |= attempt(lambda positions=positions: self.take_chunk(positions), self.commit)
			done += len(positions)
			if self.on_progress:
				self.on_progress(done, len(self.records))

	# What a kind of document says for itself

	def check(self) -> None:
		"""Check the columns of records and tables; subclasses add their identifiers."""
		rules.check_keys(self.records)
		rules.clean(self.records)
		for records in self.table_records.values():
			rules.clean(records)

	def find_stored(self, rows: Sequence[dict]) -> dict[str, dict]:
		"""By external key, the stored documents with at least their names."""
		return {row[KEY]: row for row in read_rows(self.doctype, KEY, [row[KEY] for row in rows], ["name", KEY])}

	def seen_condition(self) -> str:
		"""SQL condition that keeps the documents which the user sees."""
		return ""

	def unseen(self, plan: Plan) -> Refused:
		"""Why a document that exists but that the user does not see is not changed."""
		return Refused(KEY, _("{0} belongs to a store for which you do not work.").format(escape_html(plan.key)))

	def lock(self, rows: Sequence[dict]) -> None:
		"""Locks beside those of the documents themselves; called before anything is read."""

	def prepare(self, plans: Sequence[Plan]) -> None:
		"""Read what `complete` needs, for all plans of the chunk at once."""

	def complete(self, plan: Plan) -> None:
		"""Fill derived columns; raise Refused where the document cannot be."""

	def accompany(self, plans: Sequence[Plan], writes: Writes) -> dict[int, bool]:
		"""What is written beside the documents; tells for which plans something is."""
		return {}

	def after(self, plans: Sequence[Plan]) -> None:
		"""Facts that follow from what was written; called where something changed."""

	# One chunk

	def take_chunk(self, positions: Sequence[int]) -> dict[int, Result]:
		"""The results of the records at these positions, after they are written."""
		refusals = dict(self.records.refusals)
		good = [position for position in positions if position not in refusals]
		given = {position: self.given[position] for position in good}
		if not self.dry_run:
			self.series.lock()
			self.lock(list(given.values()))
		plans = self._planned(given)
		self.prepare(plans)
		kept = [plan for plan in plans if self._completed(plan)]
		writes = Writes(self.moment)
		results = self._written(kept, writes)
		for position in positions:
			if self.records.is_refused(position):
				results[position] = self.records.rejection(position, self.keys[position])
		# A chunk that is tried again must look at its records anew.
		self.records.refusals = refusals
		return results

	def _planned(self, given: Mapping[int, dict]) -> list[Plan]:
		found = {**self.find_stored(list(given.values())), **self._known_among(given)}
		names = {row["name"] for row in found.values()}
		now = {row["name"]: self.as_given(row) for row in read_rows(self.doctype, "name", names, locking=not self.dry_run)}
		stored = {key: now[row["name"]] for key, row in found.items() if row["name"] in now}
		seen = seen_among(self.doctype, names, self.seen_condition())
		children = self._stored_children(names)
		if self.guard:
			self.guard.look({row[KEY]: row for row in given.values()}, stored)
		plans = [self._plan(position, row, stored.get(row[KEY]), children) for position, row in given.items()]
		for plan in plans:
			if not plan.is_new and plan.name not in seen:
				self.records.refuse(plan.position, self.unseen(plan))
		return [plan for plan in plans if not self.records.is_refused(plan.position)]

	def as_given(self, stored: dict) -> dict:
		"""A stored document in the words in which records come, to be compared with them."""
		return stored

	def _known_among(self, given: Mapping[int, dict]) -> dict[str, dict]:
		names = {row[KEY]: self.known[row[KEY]] for row in given.values() if row[KEY] in self.known}
		there = {row["name"]: row for row in read_rows(self.doctype, "name", names.values(), ["name", KEY])}
		return {key: there[name] for key, name in names.items() if name in there}

	def _plan(self, position: int, given: dict, stored: dict | None, children: Mapping) -> Plan:
		own = {column: value for column, value in given.items() if column in self.defaults}
		if stored:
			own[KEY] = stored[KEY] or own[KEY]
			own = self.guard.columns(given[KEY], stored, own) if self.guard else own
		base = {column: stored[column] for column in ("name", *self.defaults)} if stored else dict(self.defaults)
		plan = Plan(position, given[KEY], given, {**base, **own}, stored)
		for table in self.tables:
			plan.stored_tables[table] = children.get((stored["name"], table), []) if stored else []
			children_given = self.given_children(position, table)
			plan.tables[table] = self.merge_table(plan, table, children_given)
			if stored and self.guard and children_given is not None:
				before = plan.stored_tables[table]
				plan.tables[table] = self.guard.rows(given[KEY], stored, table, before, plan.tables[table])
		return plan

	def merge_table(self, plan: Plan, table: str, given: list[dict] | None) -> list[dict]:
		"""The rows of a child table as they shall be; as stored where nothing is given."""
		if given is None:
			return [dict(row) for row in plan.stored_tables[table]]
		return [{**self.child_defaults[table], **row} for row in given]

	def given_children(self, position: int, table: str) -> list[dict] | None:
		positions = self.child_positions.get(table, {}).get(self.keys[position])
		if not positions:
			return None
		columns = self.child_defaults[table]
		return [
			{column: value for column, value in self.child_given[table][child].items() if column in columns} for child in positions
		]

	def _completed(self, plan: Plan) -> bool:
		try:
			rules.require(self.required, plan.row)
			self.complete(plan)
		except Refused as refused:
			self.records.refuse(plan.position, refused)
			return False
		return True

	def _written(self, plans: Sequence[Plan], writes: Writes) -> dict[int, Result]:
		new = [plan for plan in plans if plan.is_new]
		if new and not self.dry_run:
			self._name(new)
		self.name_known(new)
		touched = {plan.position: self._write(plan, writes) for plan in plans}
		for position, is_touched in self.accompany(plans, writes).items():
			touched[position] = touched[position] or is_touched
		if not self.dry_run:
			writes.flush()
			self.after([plan for plan in plans if touched[plan.position]])
		return {plan.position: _result(plan, touched[plan.position]) for plan in plans}

	def _name(self, new: Sequence[Plan]) -> None:
		unnamed = [plan for plan in new if plan.key not in self.reserved]
		fresh = dict(zip((plan.key for plan in unnamed), self.series.reserve([plan.row for plan in unnamed]), strict=True))
		for plan in new:
			plan.row["name"] = self.reserved.get(plan.key) or fresh[plan.key]

	def name_known(self, new: Sequence[Plan]) -> None:
		"""For columns that hold the document's own name."""

	def _write(self, plan: Plan, writes: Writes) -> bool:
		changes = plan.changes()
		tables_changed = [self._write_table(plan, table, writes) for table in self.tables]
		if plan.is_new:
			writes.insert(self.doctype, dict(plan.row))
			return True
		if not changes and not any(tables_changed):
			return False
		writes.update(self.doctype, plan.name, changes)
		for row in note_versions(self.doctype, {plan.name: self.change_log(plan, changes)}):
			writes.insert("Version", row)
		return True

	def change_log(self, plan: Plan, changes: Mapping[str, Any]) -> list[list]:
		return [[column, plan.stored.get(column), value] for column, value in changes.items() if column != KEY]

	def _write_table(self, plan: Plan, table: str, writes: Writes) -> bool:
		doctype, wanted = self.tables[table], plan.tables[table]
		stored = {row["name"]: row for row in plan.stored_tables[table]}
		changed = False
		for index, row in enumerate(wanted, start=1):
			row["idx"] = index
			before = stored.pop(row.get("name"), None)
			if before is None:
				writes.insert(doctype, {**row, "parent": plan.name, "parenttype": self.doctype, "parentfield": table})
				changed = True
				continue
			values = {column: value for column, value in row.items() if column == "idx" or column not in STANDARD}
			values = {column: value for column, value in values.items() if rules.differs(before.get(column), value)}
			if values:
				writes.update(doctype, row["name"], values)
				changed = True
		for name in stored:
			writes.delete(doctype, name)
		return changed or bool(stored)

	# Child tables

	def refuse_for_children(self) -> None:
		"""A record with a wrong row in a table is refused whole."""
		for table, records in self.table_records.items():
			position_of = {key: position for position, key in enumerate(self.keys)}
			numbers = self._numbers_of_children(table)
			child_keys = list(records.frame[KEY])
			for child_position, refused in sorted(records.refusals.items()):
				position = position_of[as_text(child_keys[child_position])]
				self.records.refuse(position, Refused(refused.field, refused.message, numbers[child_position], table))

	def _numbers_of_children(self, table: str) -> dict[int, int]:
		return {
			position: number
			for positions in self.child_positions[table].values()
			for number, position in enumerate(positions, start=1)
		}

	def _positions_of_children(self, records: Records) -> dict[str, list[int]]:
		positions: dict[str, list[int]] = {}
		known = set(self.keys)
		for position, key in enumerate(records.frame[KEY]):
			if key is None or as_text(key) not in known:
				raise ValueError(f"Row {position} of {records.doctype} belongs to no record: {key}")
			positions.setdefault(as_text(key), []).append(position)
		return positions

	def _stored_children(self, names: Iterable[str]) -> dict[tuple[str, str], list[dict]]:
		names, children = list(names), {}
		for table, doctype in self.tables.items():
			rows = read_rows(doctype, "parent", names, locking=not self.dry_run)
			for row in sorted(rows, key=lambda row: row["idx"]):
				if row["parenttype"] == self.doctype and row["parentfield"] == table:
					children.setdefault((row["parent"], table), []).append(row)
		return children

	def refuse_derived_columns(self) -> None:
		derived = self.derived
		if self.taken_in:
			derived = {field.fieldname for field in frappe.get_meta(self.doctype).fields} - self.taken_in
		wrong = derived & set(self.records.frame.columns)
		if wrong:
			raise ValueError(f"{self.doctype}: {', '.join(sorted(wrong))} follow from other fields and are not taken in")


def in_their_places(stored: Sequence[dict], given: Sequence[dict] | None, defaults: Mapping[str, Any]) -> list[dict]:
	"""Rows of a child table that replace the stored ones; what a row does not say stays as it is in the stored row of the same number."""
	if given is None:
		return [dict(row) for row in stored]
	before = [*stored, *[defaults] * (len(given) - len(stored))]
	return [{**old, **row} for old, row in zip(before, given, strict=False)]


def _result(plan: Plan, is_touched: bool) -> Result:
	state = CREATED if plan.is_new else UPDATED if is_touched else UNCHANGED
	return Result(plan.key, state, plan.name)
