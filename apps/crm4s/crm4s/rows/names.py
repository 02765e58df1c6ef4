"""Names for many new documents at once, out of the same counter from which Frappe names a document saved by hand."""

import re
import secrets
from collections.abc import Mapping, Sequence

import frappe
from frappe.model.naming import NamingSeries, is_autoincremented, set_new_name
from frappe.utils import cint

_SERIES = re.compile(r"[^{}#]*\.#+")
# So long a number is waited for apart. Whoever has the counter for longer may be this transaction itself.
SECONDS_APART = 2


class Series:
	"""The naming series of a doctype, such as CU-.#######.

	Frappe takes the next number under a lock of the counter's row, which it holds until its transaction ends; so do we. Whoever holds
	that row is the only one who makes documents of this type, hence `lock` also keeps two intakes from making the same record twice.

	Numbers that are taken apart are counted in a short transaction of their own: nobody waits for ours, and what is rolled back leaves a gap. It is
	the same counter under the same lock, so a number is given once, whoever asks.
	"""

	def __init__(self, doctype: str, apart: bool = False):
		"""
		Args:
			apart: not in tests, which roll back what they did.
		"""
		self.doctype, self.apart = doctype, apart and not frappe.flags.in_test
		autoname = frappe.get_meta(doctype).autoname or ""
		self.prefix, self.digits, self.is_by_chance = None, 0, False
		if autoname == "hash" and not _naming_rules(doctype):
			self.is_by_chance = True
		elif _SERIES.fullmatch(autoname) and not _naming_rules(doctype):
			self.prefix, self.digits = NamingSeries(autoname).get_prefix(), autoname.count("#")

	@property
	def is_counted(self) -> bool:
		"""Whether names follow each other whatever the documents say."""
		return self.prefix is not None

	def lock(self) -> None:
		"""Wait for others who make documents of this type, until the end of the transaction.

		To be called before anything is read in the transaction: what is read afterwards is then newer than what they wrote.
		"""
		if self.prefix is None or self.apart:
			return
		self._lock()

	def _lock(self) -> None:
		series = frappe.qb.DocType("Series")
		if self._current() is None:
			frappe.qb.into(series).columns(series.name, series.current).insert(self.prefix, 0).ignore().run()
			self._current()

	def reserve(self, rows: Sequence[Mapping]) -> list[str]:
		"""A name for each of the new documents."""
		if not rows:
			return []
		if self.is_by_chance:
			return free_names(self.doctype, len(rows))
		if self.prefix is None:
			return [named_by_frappe(self.doctype, row) for row in rows]
		last = (self._counted_apart(len(rows)) if self.apart else None) or self._counted(len(rows))
		return [f"{self.prefix}{number:0{self.digits}d}" for number in range(last - len(rows) + 1, last + 1)]

	def _counted(self, count: int) -> int:
		"""The last of so many numbers more."""
		self._lock()
		last = cint(self._current()) + count
		series = frappe.qb.DocType("Series")
		frappe.qb.update(series).set(series.current, last).where(series.name == self.prefix).run()
		return last

	def _counted_apart(self, count: int) -> int | None:
		"""The same over a connection of its own; None where somebody keeps the counter, or nobody has counted yet."""
		connection = frappe.db.get_connection()
		try:
			connection.autocommit(True)
			with connection.cursor() as cursor:
				cursor.execute("set innodb_lock_wait_timeout = %s", (SECONDS_APART,))
				found = cursor.execute("update `tabSeries` set current = last_insert_id(current + %s) where name = %s", (count, self.prefix))
				return cursor.lastrowid if found else None
		except frappe.db.OperationalError as error:
			if not frappe.db.is_timedout(error):
				raise
			return None
		finally:
			connection.close()

	def last(self) -> int:
		"""The last number that was given, as this transaction sees it."""
		series = frappe.qb.DocType("Series")
		found = frappe.qb.from_(series).where(series.name == self.prefix).select(series.current).run()
		return cint(found[0][0]) if found else 0

	def _current(self) -> int | None:
		series = frappe.qb.DocType("Series")
		found = frappe.qb.from_(series).where(series.name == self.prefix).for_update().select(series.current).run()
		return found[0][0] if found else None


def free_names(doctype: str, count: int) -> list:
	"""Names for rows of a type whose names say nothing: numbers where Frappe counts them, else signs by chance.

	Those begin alike, so that they stand together in the index.
	"""
	if is_autoincremented(doctype):
		return [frappe.db.get_next_sequence_val(doctype) for _row in range(count)]
	beginning = secrets.token_hex(6)
	return [f"{beginning}{number:04x}" for number in range(count)]


def _naming_rules(doctype: str) -> list:
	return frappe.get_all("Document Naming Rule", {"document_type": doctype, "disabled": 0}, limit=1)


def named_by_frappe(doctype: str, row: Mapping) -> str:
	"""The name of one document that Frappe makes out of its fields, or by the rules of an admin, which look at the document.

	Raises:
		frappe.NameError: the fields make no name.
	"""
	document = frappe.get_doc({"doctype": doctype, **row, "name": None})
	set_new_name(document)
	return document.name
