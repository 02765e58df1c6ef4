"""A list of records of one entity is taken in: each by itself as far as the sender sees, all together as far as the database does.

Everything happens in the caller's transaction, with its answer, so that a kill leaves both or neither.
"""

import html
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cmp_to_key
from typing import Any

import frappe
import pandas as pd
from frappe import _
from frappe.utils import strip_html

from crm4s.dms.contract.registry import ENTITIES, Entity
from crm4s.dms.intake import waiting
from crm4s.dms.intake.conflicts import write_conflicts
from crm4s.dms.intake.fingerprints import Fingerprints
from crm4s.dms.intake.kinds import KINDS
from crm4s.dms.intake.known import Known, folded, known_of, write_known
from crm4s.dms.intake.ownership import Ownership, ownership_of
from crm4s.dms.intake.patience import patiently
from crm4s.dms.intake.reading import Incoming, Reader
from crm4s.dms.intake.references import Missing, References, Stores, their_field
from crm4s.dms.intake.versions import compare, is_older
from crm4s.dms.links import Link
from crm4s.intake.records import KEY
from crm4s.intake.result import CREATED, REJECTED, UNCHANGED, UPDATED, Outcome, Result
from crm4s.rows.names import Series
from crm4s.rows.writer import may_pass, read_rows
from crm4s.runs import rollback

WAITING = "waiting"
STATES = (CREATED, UPDATED, UNCHANGED, WAITING, REJECTED)
TAKEN = (CREATED, UPDATED, UNCHANGED)
# So many records that waited are taken in with one request; the clock takes the rest.
MOST_RESOLVED = 1000


def take(link: Link, entity: Entity, records: Sequence[Any], dry_run: bool = False) -> dict:
	"""Take in records, and those that waited for them. The transaction holds nothing before it.

	Args:
		dry_run: say what would become of them, write nothing.

	Returns:
		{"results": one for each record in their order, "counts": by state}, as the contract says.

	Raises:
		frappe.PermissionError: the link's user may not enter or change these documents.
	"""
	require_rights(entity)
	results = patiently(lambda is_last: _take_all(link, entity, records, dry_run, is_last))
	return {"results": results, "counts": {state: sum(result["state"] == state for result in results) for state in STATES}}


def require_rights(entity: Entity) -> None:
	for right in KINDS[entity.code].rights:
		if not frappe.has_permission(entity.doctype, right):
			frappe.throw(_("The link's user may not do this."), frappe.PermissionError)


def _take_all(link: Link, entity: Entity, records: Sequence[Any], dry_run: bool, is_last: bool) -> list[dict]:
	if not dry_run:
		# Nothing is read between the two, so that what another one committed until we hold the lock is seen.
		series = Series(entity.doctype)
		rollback()
		series.lock()
	results = Push(link, entity, dry_run, is_last).take(records)
	if dry_run:
		return results
	late = resolve(link, {entity.code: ids_of(results)})
	return [late.get((entity.code, folded(result["external_id"])), result) if result["state"] == WAITING else result for result in results]


def ids_of(results: Iterable[dict]) -> list[str]:
	"""The numbers of what was taken in."""
	return [result["external_id"] for result in results if result["state"] in TAKEN]


def resolve(link: Link, arrived: dict[str, list[str]], most: int = MOST_RESOLVED) -> dict[tuple[str, str], dict]:
	"""Take in what waited for these, then what waited for that, and so on.

	Args:
		arrived: external ids by entity's code.
		most: how many records at most.

	Returns:
		The results by entity's code and folded id.
	"""
	late: dict[tuple[str, str], dict] = {}
	while arrived and most > 0:
		rows = waiting.waiting_for(link.name, {code: ids for code, ids in arrived.items() if ids}, most)
		most -= len(rows)
		arrived = {}
		for entity in ENTITIES.values():
			own = [row for row in rows if row.entity == entity.title]
			if own:
				results = _take_waiting(link, entity, own)
				arrived[entity.code] = ids_of(results)
				late |= {(entity.code, folded(result["external_id"])): result for result in results}
	return late


def _take_waiting(link: Link, entity: Entity, rows: Sequence) -> list[dict]:
	results = Push(link, entity).take([frappe.parse_json(row.body) for row in rows])
	refused = [(row.name, _sentences(result)) for row, result in zip(rows, results, strict=True) if result["state"] == REJECTED]
	waiting.refuse(refused)
	return results


def _sentences(result: dict) -> str:
	return "\n".join(" ".join(filter(None, (error["field"], error["message"]))) for error in result["errors"])


class Push:
	"""Takes in records of one entity, without those that wait for them."""

	def __init__(self, link: Link, entity: Entity, dry_run: bool = False, is_last: bool = True):
		"""
		Args:
			is_last: no other try follows, so a number that somebody else took meanwhile is the fault of its record.
		"""
		self.link, self.entity, self.dry_run, self.is_last = link, entity, dry_run, is_last
		self.kind, self.reader = KINDS[entity.code], Reader(link, entity)
		self.closed, self.stores = closed_fields(entity), Stores(link, entity)
		self.results: dict[int, dict] = {}

	def take(self, records: Sequence[Any]) -> list[dict]:
		incoming = [self.reader.read(position, raw) for position, raw in enumerate(records)]
		for one in incoming:
			self.stores.name(one)
			self._refuse_closed(one)
		good = [one for one in incoming if not one.errors]
		self._reject(one for one in incoming if one.errors)
		for batch in in_turns(good):
			self._take_or_split(batch)
		return [self.results[position] for position in range(len(records))]

	def _refuse_closed(self, one: Incoming) -> None:
		for field in self.closed & one.values.keys():
			one.errors.append({"code": "not_permitted", "field": field, "message": _("The link's user may not write this field.")})

	def _take_or_split(self, batch: list[Incoming]) -> None:
		"""Whatever nobody thought of is wrong with one record must not keep the others out."""
		frappe.db.savepoint("dms_batch")
		try:
			self._take_batch(batch)
		except Exception as error:
			if is_transient(error) or (may_pass(error) and not self.is_last):
				raise
			frappe.db.rollback(save_point="dms_batch")
			if len(batch) > 1:
				middle = len(batch) // 2
				self._take_or_split(batch[:middle])
				self._take_or_split(batch[middle:])
				return
			frappe.log_error(title=f"DMS link: {self.entity.code}", message=frappe.get_traceback())
			batch[0].errors = [{"code": "failed", "field": "", "message": _("The record could not be taken in; the administrator finds the reason in the Error Log.")}]
			self._reject(batch)

	def _take_batch(self, batch: list[Incoming]) -> None:
		"""Records of different numbers."""
		if not self.dry_run:
			Series(self.entity.doctype).lock()
		ids = [one.external_id for one in batch]
		known = known_of(self.link.name, self.entity.title, ids)
		waits = waiting.waiting_of(self.link.name, self.entity.title, ids)
		fresh = self._without_old(batch, known)
		references = References(self.link, self.entity, fresh)
		missing = {one.position: references.missing(one) for one in fresh}
		self._reject(one for one in fresh if one.errors)
		ready = [one for one in fresh if not one.errors and not missing[one.position]]
		self._let_wait([(one, missing[one.position]) for one in fresh if not one.errors and missing[one.position]], waits)
		taken = self._take_in(ready, references, known)
		if not self.dry_run:
			waiting.forget(taken, waits)

	def _without_old(self, batch: list[Incoming], known: dict[str, Known]) -> list[Incoming]:
		"""Those that are not older than what we have; a document that was deleted here comes back by a newer state only."""
		names = [one.document for one in known.values()]
		self.modified = {row.name: row.modified for row in read_rows(self.entity.doctype, "name", names, ["name", "modified"])}
		fresh = []
		for one in batch:
			before = known.get(folded(one.external_id))
			if before and is_older(one, before):
				self._say(one, UNCHANGED, name=before.document, code="older")
			elif before and before.document not in self.modified and is_stamped(one) and compare(one, before) <= 0:
				self._say(one, UNCHANGED, code="deleted")
			else:
				fresh.append(one)
		return fresh

	def _let_wait(self, records: list[tuple[Incoming, Missing]], before: dict) -> None:
		kept = []
		for one, missing in records:
			stored = before.get(folded(one.external_id))
			if stored and is_older(one, stored):
				self._say(one, UNCHANGED, code="older")
			else:
				self._say(one, WAITING, waits_for={"entity": missing.entity, "external_id": missing.external_id})
				kept.append((one, missing))
		if not self.dry_run:
			waiting.keep(self.link.name, self.entity.title, kept, before)

	def _take_in(self, ready: list[Incoming], references: References, known: dict[str, Known]) -> list[Incoming]:
		"""Those that were taken in; the others have their errors."""
		ready = self._with_store(ready, known)
		ready, recognised = self._recognised(ready, known)
		if not ready:
			return []
		if self.kind.in_order_of:
			# What says no time happens now, after the others.
			ready = sorted(ready, key=lambda one: one.values.get(self.kind.in_order_of) or datetime.max)
		said = {one.position: references.resolved(one.values) for one in ready}
		keys = {one.position: self.kind.external_key(self.link, one.external_id) for one in ready}
		guard = ownership_of(self.link, self.entity, {keys[one.position]: one.modified_on for one in ready})
		prints = self._fingerprints(said) if self.kind.by_content and not guard else None
		same = self._as_before(ready, prints, known)
		names = {folded(one.external_id): known[folded(one.external_id)].document for one in same.values()}
		taken, fresh = self._laid_over([one for one in ready if one.position not in same], said, keys, guard, recognised | {key: one.document for key, one in known.items()})
		if not self.dry_run:
			found = prints.stored(taken, fresh) if prints else {}
			kept = {key: known[key].fingerprint for key in names}
			self._write_about([*same.values(), *taken], known, names | fresh, found | kept, keys, guard)
		return [*same.values(), *taken]

	def _fingerprints(self, said: dict[int, dict]) -> Fingerprints:
		return Fingerprints(self.entity.doctype, said, (self.link.stores_of_user(), self.kind.options(self.link)))

	def _as_before(self, ready: list[Incoming], prints: Fingerprints | None, known: dict[str, Known]) -> dict[int, Incoming]:
		"""By position, those that say what they said before, of documents that nobody has touched since."""
		same = {one.position: one for one in ready if prints and prints.is_same(one, known.get(folded(one.external_id)), self.modified)}
		for one in same.values():
			self._say(one, UNCHANGED, name=known[folded(one.external_id)].document)
		return same

	def _laid_over(
		self, ready: list[Incoming], said: dict[int, dict], keys: dict[int, str], guard: Ownership | None, documents: dict[str, str]
	) -> tuple[list[Incoming], dict[str, str]]:
		"""Those that were taken in, and their documents by folded id.

		Args:
			documents: those that we know already, by folded id.
		"""
		if not ready:
			return [], {}
		names = {keys[one.position]: documents[folded(one.external_id)] for one in ready if folded(one.external_id) in documents}
		frame, tables = self._frames(ready, keys, said)
		options = {"commit": False, "dry_run": self.dry_run, "known": names, "guard": guard, "chunk": len(ready)}
		outcome: Outcome = self.kind.intake(frame, tables, **options, **self.kind.options(self.link)).run()
		taken = [one for one, result in zip(ready, outcome.results, strict=True) if self._note(one, result)]
		by_key = outcome.names
		return taken, {folded(one.external_id): by_key.get(keys[one.position]) for one in taken}

	def _recognised(self, ready: list[Incoming], known: dict[str, Known]) -> tuple[list[Incoming], dict[str, str]]:
		"""Documents that we know although their number is new, by folded id."""
		if not self.kind.recognise:
			return ready, {}
		found = self.kind.recognise(self.link, ready, known, self.dry_run)
		self._reject(one for one in ready if one.errors)
		return [one for one in ready if not one.errors], found

	def _frames(self, ready: list[Incoming], keys: dict[int, str], said: dict[int, dict]) -> tuple[pd.DataFrame, dict[str, pd.DataFrame]]:
		rows, tables = [], {}
		for one in ready:
			key, row = keys[one.position], dict(self.kind.constants)
			for field, value in said[one.position].items():
				if isinstance(value, list):
					tables.setdefault(field, []).extend({KEY: key, **child} for child in value)
				else:
					row[field] = value
			rows.append({KEY: key, **row})
		return pd.DataFrame(rows, dtype=object), {name: pd.DataFrame(children, dtype=object) for name, children in tables.items() if children}

	def _write_about(
		self, taken: list[Incoming], known: dict[str, Known], names: dict[str, str], fingerprints: dict[str, str], keys: dict[int, str], guard: Ownership | None
	) -> None:
		write_known(self.link.name, self.entity.title, self.entity.doctype, taken, known, names, fingerprints)
		if guard:
			ids = {keys[one.position]: one.external_id for one in taken}
			differences = [difference for difference in guard.differences if difference.key in ids]
			write_conflicts(self.link.name, self.entity.title, self.entity.doctype, differences, guard.agreed, ids)

	def _with_store(self, ready: list[Incoming], known: dict[str, Known]) -> list[Incoming]:
		"""A new customer of a link that works for certain stores is taken up by one of them, else the link would not see whom it entered."""
		stores = self.link.stores_of_user()
		if stores is None or not self.kind.needs_store:
			return ready
		for one in ready:
			if "dealership" in one.values or folded(one.external_id) in known:
				continue
			if len(stores) == 1:
				one.values["dealership"] = next(iter(stores))
			else:
				one.errors.append({"code": "required", "field": "dealership", "message": _("Name the store that takes up this customer.")})
		self._reject(one for one in ready if one.errors)
		return [one for one in ready if not one.errors]

	# What is said of each

	def _note(self, one: Incoming, result: Result) -> bool:
		if result.state != REJECTED:
			self._say(one, result.state, name=result.name)
			return True
		one.errors.append({"code": result.code or "invalid", "field": self._path(result), "message": plain(result.message or "")})
		self._reject([one])
		return False

	def _path(self, result: Result) -> str:
		field = "external_id" if result.field == KEY else their_field(self.entity, result.field, result.table)
		return f"{result.table}.{result.row - 1}.{field}" if result.table and result.row else field or ""

	def _reject(self, records: Iterable[Incoming]) -> None:
		for one in records:
			self._say(one, REJECTED, errors=one.errors)

	def _say(self, one: Incoming, state: str, **more: Any) -> None:
		self.results[one.position] = {"external_id": one.external_id, "state": state, **{name: value for name, value in more.items() if value}}


def in_turns(records: Sequence[Incoming]) -> list[list[Incoming]]:
	"""Batches in which no number comes twice; states of one record follow each other as they are new."""
	states: dict[str, list[Incoming]] = {}
	for one in records:
		states.setdefault(folded(one.external_id), []).append(one)
	turns: list[list[Incoming]] = []
	for several in states.values():
		for turn, one in enumerate(sorted(several, key=cmp_to_key(compare))):
			if turn == len(turns):
				turns.append([])
			turns[turn].append(one)
	return turns


def is_transient(error: Exception) -> bool:
	"""The database took the transaction back, or cannot be reached: no record is to blame."""
	return isinstance(error, (frappe.QueryDeadlockError, frappe.QueryTimeoutError)) or type(error).__name__ in ("OperationalError", "InterfaceError")


def is_stamped(one: Incoming) -> bool:
	return one.version is not None or one.modified_on is not None


def closed_fields(entity: Entity) -> frozenset[str]:
	"""Fields of the contract that the user's roles may not write."""
	meta = frappe.get_meta(entity.doctype)
	levels = meta.get_permlevel_access("write")
	fields = {name: meta.get_field(name.removesuffix("_id")) for name in entity.model.model_fields}
	return frozenset(name for name, field in fields.items() if field and field.permlevel and field.permlevel not in levels)


def plain(message: str) -> str:
	"""A sentence without marks."""
	return html.unescape(strip_html(message))
