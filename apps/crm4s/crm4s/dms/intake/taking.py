"""Records of one entity of a link are taken in: those that are bad, old or must wait are set apart, the others go through the desk's rules as one set.

Everything happens in the caller's transaction, which reads what is committed (crm4s.rows.isolation): whoever waited for a row sees what hangs on it.
"""

import html
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import frappe
import pandas as pd
from frappe import _
from frappe.utils import now, strip_html

from crm4s.dms.contract.registry import Entity
from crm4s.dms.intake import waiting
from crm4s.dms.intake.conflicts import write_conflicts
from crm4s.dms.intake.fingerprints import Fingerprints, modified_of
from crm4s.dms.intake.kinds import KINDS
from crm4s.dms.intake.known import Claim, Known, Meanwhile, claim, drop, folded, known_of, write_known
from crm4s.dms.intake.ownership import Ownership, ownership_of
from crm4s.dms.intake.reading import Incoming, Reader
from crm4s.dms.intake.references import Missing, References, Stores, their_field
from crm4s.dms.intake.versions import compare, in_turns, is_older, is_stamped
from crm4s.dms.links import Link
from crm4s.intake.records import KEY
from crm4s.intake.result import CREATED, REJECTED, UNCHANGED, Outcome, Result
from crm4s.rows.names import Series
from crm4s.rows.writer import may_pass

WAITING = "waiting"
OLDER, DELETED = OLD = "older", "deleted"


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
		except Meanwhile:
			self._forget(batch)
			self._take_or_split(batch)
		except Exception as error:
			if is_transient(error) or (may_pass(error) and not self.is_last):
				raise
			self._forget(batch)
			if len(batch) > 1:
				middle = len(batch) // 2
				self._take_or_split(batch[:middle])
				self._take_or_split(batch[middle:])
				return
			frappe.log_error(title=f"DMS link: {self.entity.code}", message=frappe.get_traceback())
			batch[0].errors = [{"code": "failed", "field": "", "message": _("The record could not be taken in; the administrator finds the reason in the Error Log.")}]
			self._reject(batch)

	def _forget(self, batch: list[Incoming]) -> None:
		"""What was done and found wrong since the savepoint."""
		frappe.db.rollback(save_point="dms_batch")
		for one in batch:
			one.errors = []

	def _take_batch(self, batch: list[Incoming]) -> None:
		"""Records of different numbers."""
		ids, locking = [one.external_id for one in batch], not self.dry_run
		known = known_of(self.link.name, self.entity.title, ids, locking)
		waits = waiting.waiting_of(self.link.name, self.entity.title, ids, locking)
		fresh = self._without_old(batch, known)
		references = References(self.link, self.entity, fresh)
		missing = {one.position: references.missing(one) for one in fresh}
		self._reject(one for one in fresh if one.errors)
		ready = [one for one in fresh if not one.errors and not missing[one.position]]
		self._let_wait([(one, missing[one.position]) for one in fresh if not one.errors and missing[one.position]], waits)
		taken = self._take_in(ready, references, known)
		if not self.dry_run:
			# An old state waits where it came at the same moment as a newer one.
			old = [one for one in batch if self.results[one.position].get("code") in OLD]
			waiting.forget([*taken, *old], waits)

	def _without_old(self, batch: list[Incoming], known: dict[str, Known]) -> list[Incoming]:
		"""Those that are not older than what we have; a document that was deleted here comes back by a newer state only."""
		names = [one.document for one in known.values()]
		self.modified = modified_of(self.entity.doctype, names)
		fresh = []
		for one in batch:
			before = known.get(folded(one.external_id))
			if before and is_older(one, before):
				self._say(one, UNCHANGED, name=before.document, code=OLDER)
			elif before and before.document not in self.modified and is_stamped(one) and compare(one, before) <= 0:
				self._say(one, UNCHANGED, code=DELETED)
			else:
				fresh.append(one)
		return fresh

	def _let_wait(self, records: list[tuple[Incoming, Missing]], before: dict) -> None:
		kept = []
		for one, missing in records:
			stored = before.get(folded(one.external_id))
			if stored and is_older(one, stored):
				self._say(one, UNCHANGED, code=OLDER)
			else:
				self._say(one, WAITING, waits_for={"entity": missing.entity, "external_id": missing.external_id})
				kept.append((one, missing))
		if not self.dry_run:
			waiting.keep(self.link.name, self.entity.title, kept, before)

	def _claim(self, ready: list[Incoming], known: dict[str, Known], prints: Fingerprints | None) -> dict[str, Claim]:
		new = [one for one in ready if folded(one.external_id) not in known]
		if not new or self.dry_run:
			return {}
		expected = prints.expected(new, self.moment) if prints else {}
		return claim(self.link.name, self.entity.title, self.entity.doctype, new, self._reserved(new), expected)

	def _reserved(self, new: list[Incoming]) -> dict[str, str]:
		"""Names by folded id, where each new number becomes a document of its own: then its row of the map is written once."""
		series = Series(self.entity.doctype, apart=True) if self.kind.by_content else None
		if not series or not series.is_counted:
			return {}
		return dict(zip((folded(one.external_id) for one in new), series.reserve([{}] * len(new)), strict=True))

	def _take_in(self, ready: list[Incoming], references: References, known: dict[str, Known]) -> list[Incoming]:
		"""Those that were taken in; the others have their errors."""
		ready = self._with_store(ready, known)
		said = {one.position: references.resolved(one.values) for one in ready}
		keys = {one.position: self.kind.external_key(self.link, one.external_id) for one in ready}
		guard = ownership_of(self.link, self.entity, {keys[one.position]: one.modified_on for one in ready})
		prints = self._fingerprints(said) if self.kind.by_content and not guard else None
		self.moment = now()
		claims = self._claim(ready, known, prints)
		ready, recognised = self._recognised(ready, known)
		if not ready:
			drop(claims.values())
			return []
		if self.kind.in_order_of:
			# What says no time happens now, after the others.
			ready = sorted(ready, key=lambda one: one.values.get(self.kind.in_order_of) or datetime.max)
		same = self._as_before(ready, prints, known)
		names = {folded(one.external_id): known[folded(one.external_id)].document for one in same.values()}
		documents = recognised | {key: one.document for key, one in known.items()}
		reserved = {keys[one.position]: claims[key].document for one in ready if (key := folded(one.external_id)) in claims and claims[key].document}
		taken, fresh, made = self._laid_over([one for one in ready if one.position not in same], said, keys, guard, documents, reserved)
		if not self.dry_run:
			found = prints.stored(taken, fresh, self.moment, made) if prints else {}
			kept = {key: known[key].fingerprint for key in names}
			write_known([*same.values(), *taken], known, claims, names | fresh, found | kept)
			self._list_differences(taken, keys, guard)
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
		self, ready: list[Incoming], said: dict[int, dict], keys: dict[int, str], guard: Ownership | None, documents: dict[str, str], reserved: dict[str, str]
	) -> tuple[list[Incoming], dict[str, str], set[str]]:
		"""Those that were taken in, their documents by folded id, and which of these were made.

		Args:
			documents: those that we know already, by folded id.
			reserved: what new ones are going to be called, by external key.
		"""
		if not ready:
			return [], {}, set()
		names = {keys[one.position]: documents[folded(one.external_id)] for one in ready if folded(one.external_id) in documents}
		frame, tables = self._frames(ready, keys, said)
		options = {"commit": False, "dry_run": self.dry_run, "known": names, "guard": guard, "chunk": len(ready), "side_by_side": True, "names": reserved, "moment": self.moment}
		outcome: Outcome = self.kind.intake(frame, tables, **options, **self.kind.options(self.link)).run()
		taken = [one for one, result in zip(ready, outcome.results, strict=True) if self._note(one, result)]
		by_key, made = outcome.names, {result.name for result in outcome.results if result.state == CREATED}
		return taken, {folded(one.external_id): by_key.get(keys[one.position]) for one in taken}, made

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

	def _list_differences(self, taken: list[Incoming], keys: dict[int, str], guard: Ownership | None) -> None:
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


def is_transient(error: Exception) -> bool:
	"""The database took the transaction back, or cannot be reached: no record is to blame."""
	return isinstance(error, (frappe.QueryDeadlockError, frappe.QueryTimeoutError)) or type(error).__name__ in ("OperationalError", "InterfaceError")


def closed_fields(entity: Entity) -> frozenset[str]:
	"""Fields of the contract that the user's roles may not write."""
	meta = frappe.get_meta(entity.doctype)
	levels = meta.get_permlevel_access("write")
	fields = {name: meta.get_field(name.removesuffix("_id")) for name in entity.model.model_fields}
	return frozenset(name for name, field in fields.items() if field and field.permlevel and field.permlevel not in levels)


def plain(message: str) -> str:
	"""A sentence without marks."""
	return html.unescape(strip_html(message))
