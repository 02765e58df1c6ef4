"""Notes of changes, written in the transaction of what changed: both are there, or neither.

A note is written after the change itself. Whoever changes the same document next waits for its row until we have committed, so
that the numbers of two notes of one document stand in the order in which they were committed.
"""

from collections.abc import Iterable, Mapping, Sequence

import frappe
from frappe.utils import now

from crm4s.change_feed.watching import CUSTOMER, PARTY, RELATIONSHIP, SEEN_BY, STORE, STORES, TABLES, VEHICLE, WATCHED

CHANGE = "C4S Change"
CREATED, UPDATED, ERASED = "Created", "Updated", "Erased"
# So many rows share one number of the sequence, which is their beginning.
ROWS_OF_ONE_NUMBER = 1000
LISTENER = "c4s_changes_noted"


def note(doctype: str, names: Iterable[str], action: str = UPDATED, fields: Iterable[str] = (), left_stores: Mapping[str, str] | None = None) -> None:
	"""Note that these documents changed, after they did and in the same transaction.

	For whoever writes with the query builder, `frappe.db.set_value` or SQL; what is saved as a document, or goes through `crm4s.rows`, is noted by itself.

	Args:
		action: CREATED, UPDATED or ERASED.
		fields: those that were written; where none of them counts, nothing is noted.
		left_stores: by name, the store that a document has left.
	"""
	changes = Changes()
	for name in names:
		changes.add(doctype, name, action, fields, [(left_stores or {}).get(name)])
	changes.write()


class Changes:
	"""What a set-based writer is about to change: one note for each document, however many rows of it are written."""

	def __init__(self):
		self.actions: dict[tuple[str, str], str] = {}
		self.fields: dict[tuple[str, str], set[str]] = {}
		self.left: dict[tuple[str, str], set[str]] = {}

	def add(self, doctype: str, name: str, action: str, fields: Iterable[str] = (), left_stores: Iterable[str | None] = ()) -> None:
		"""Take a note; what was created and changed within one writing counts as created, what is erased as erased."""
		told = WATCHED[doctype].intersection((*fields, *(field for field, column in SEEN_BY.items() if column in fields)))
		if action == UPDATED and not told:
			return
		key = (doctype, name)
		if action == ERASED or self.actions.get(key) in (None, UPDATED):
			self.actions[key] = action
		self.fields.setdefault(key, set()).update(told)
		self.left.setdefault(key, set()).update(store for store in left_stores if store)

	# Rows that a set-based writer inserts, updates or deletes. Called before it does so: what they were is still there.

	def inserting(self, doctype: str, rows: Sequence[Mapping]) -> None:
		"""Rows with their names, those of tables with their parents."""
		if doctype in WATCHED:
			for row in rows:
				self.add(doctype, row["name"], CREATED)
		elif doctype in TABLES:
			parent, field = TABLES[doctype]
			for name in {row["parent"] for row in rows if row.get("parenttype") == parent}:
				self.add(parent, name, UPDATED, [field])
		elif doctype == RELATIONSHIP:
			self._related([row["customer"] for row in rows])

	def updating(self, doctype: str, rows: Sequence[Mapping]) -> None:
		"""Rows with their names and the columns that are written."""
		if doctype in WATCHED:
			stores = _stores_of(doctype, [row["name"] for row in rows if STORE in row])
			for row in rows:
				before = stores.get(row["name"])
				self.add(doctype, row["name"], UPDATED, row, [before] if before != row.get(STORE) else ())
		elif doctype in TABLES:
			self._of_parents(doctype, [row["name"] for row in rows])

	def deleting(self, doctype: str, names: Sequence[str]) -> None:
		if doctype in WATCHED:
			stores = _stores_of(doctype, names)
			for name in names:
				self.add(doctype, name, ERASED, (), [stores.get(name)])
		elif doctype in TABLES:
			self._of_parents(doctype, names)
		elif doctype == RELATIONSHIP:
			for row in frappe.get_all(RELATIONSHIP, {"name": ["in", list(names)]}, ["customer", STORE]):
				self._related([row.customer], row.dealership)

	def write(self) -> None:
		"""The notes, in the order in which they were taken; there are none left afterwards."""
		keys = list(self.actions)
		for start in range(0, len(keys), ROWS_OF_ONE_NUMBER):
			self._insert(keys[start : start + ROWS_OF_ONE_NUMBER])
		if keys:
			for method in frappe.get_hooks(LISTENER):
				frappe.get_attr(method)()
		self.__init__()

	def _insert(self, keys: Sequence[tuple[str, str]]) -> None:
		moment, user = now(), frappe.session.user
		first = frappe.db.get_next_sequence_val(CHANGE) * ROWS_OF_ONE_NUMBER
		rows = [
			(first + place, user, user, moment, moment, *key, self.actions[key], _listed(self.fields[key]), _listed(self.left[key]), user, moment)
			for place, key in enumerate(keys)
		]
		columns = ("name", "owner", "modified_by", "creation", "modified", "document_type", "document", "action", "changed_fields", "left_stores", "origin", "changed_on")
		places = ", ".join([f"({', '.join(['%s'] * len(columns))})"] * len(rows))
		# One statement by hand writes four times as many rows in a second as the builder's.
		frappe.db.sql(f"insert into `tab{CHANGE}` ({', '.join(f'`{column}`' for column in columns)}) values {places}", [value for row in rows for value in row])

	def _of_parents(self, doctype: str, names: Sequence[str]) -> None:
		parent, field = TABLES[doctype]
		found = frappe.get_all(doctype, {"name": ["in", list(names)], "parenttype": parent}, pluck="parent", distinct=True, order_by=None)
		for name in found:
			self.add(parent, name, UPDATED, [field])

	def _related(self, customers: Sequence[str], left_store: str | None = None) -> None:
		"""A store sees these customers from now on, or no longer, and with them their cars."""
		wanted = sorted(set(customers))
		for name in wanted:
			self.add(CUSTOMER, name, UPDATED, [STORES], [left_store])
		cars = frappe.get_all(PARTY, {"customer": ["in", wanted], "parenttype": VEHICLE}, pluck="parent", distinct=True, order_by=None)
		for name in sorted(cars):
			self.add(VEHICLE, name, UPDATED, ["parties"], [left_store])


def _stores_of(doctype: str, names: Iterable[str]) -> dict[str, str]:
	"""In which store documents are, as they are stored now."""
	wanted = list(names)
	if not wanted or STORE not in WATCHED[doctype]:
		return {}
	return dict(frappe.get_all(doctype, {"name": ["in", wanted], STORE: ["is", "set"]}, ["name", STORE], as_list=True, order_by=None))


def _listed(words: Iterable[str]) -> str:
	return "\n".join(sorted(words))
