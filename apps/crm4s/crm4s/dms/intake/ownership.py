"""Whose word counts for a field of a document that we have: what is ours stays, and where the system says otherwise a conflict is listed."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from crm4s.dms.contract.registry import Entity
from crm4s.dms.intake.conflicts import Difference
from crm4s.dms.intake.references import our_field
from crm4s.dms.links import NEWEST, OURS, THEIRS, Link
from crm4s.intake.records import KEY
from crm4s.intake.rules import differs
from crm4s.rows.writer import STANDARD, read_rows


class Ownership:
	"""The guard of an intake (crm4s.intake.plan.Guard)."""

	def __init__(self, link: Link, owners: Mapping[str, str], modified_on: Mapping[str, datetime | None]):
		"""
		Args:
			owners: OURS or NEWEST by our field; others are the system's.
			modified_on: when the system changed each record, by external key.
		"""
		self.link, self.owners, self.modified_on = link, owners, modified_on
		self.differences: list[Difference] = []
		self.agreed: set[tuple[str, str]] = set()
		self.changed_here: dict[tuple[str, str], datetime] = {}

	def look(self, given: Mapping[str, dict], stored: Mapping[str, dict]) -> None:
		"""Read when people here changed fields of which the newer word counts; one query."""
		newest = {field for field, owner in self.owners.items() if owner == NEWEST}
		if not newest or not stored:
			return
		doctype_rows = {row["name"]: row for row in stored.values()}
		for name, row in doctype_rows.items():
			if row["owner"] != self.link.user:
				self.changed_here |= {(name, field): row["creation"] for field in newest}
		for version in read_rows("Version", "docname", doctype_rows, ["docname", "owner", "creation", "data"]):
			if version.owner != self.link.user:
				self._note(version, newest)

	def _note(self, version: Mapping, newest: set[str]) -> None:
		data = json.loads(version["data"] or "{}")
		tables = {row[0] for kind in ("added", "removed", "row_changed") for row in data.get(kind) or ()}
		for field in newest & {*(change[0] for change in data.get("changed") or ()), *tables}:
			place = (version["docname"], field)
			self.changed_here[place] = max(version["creation"], self.changed_here.get(place, version["creation"]))

	def columns(self, key: str, stored: dict, given: dict) -> dict:
		taken = dict(given)
		for field in self.owners.keys() & given.keys():
			if field == KEY:
				continue
			if not differs(stored[field], given[field]):
				self.agreed.add((stored["name"], field))
			elif not self._is_theirs(key, stored["name"], field):
				self.differences.append(Difference(key, stored["name"], field, stored[field], given[field]))
				del taken[field]
		return taken

	def rows(self, key: str, stored: dict, table: str, before: list[dict], wanted: list[dict]) -> list[dict]:
		if table not in self.owners:
			return wanted
		if not _rows_differ(before, wanted):
			self.agreed.add((stored["name"], table))
		elif not self._is_theirs(key, stored["name"], table):
			self.differences.append(Difference(key, stored["name"], table, _said(before), _said(wanted)))
			return [dict(row) for row in before]
		return wanted

	def _is_theirs(self, key: str, name: str, field: str) -> bool:
		if self.owners[field] == OURS:
			return False
		here, there = self.changed_here.get((name, field)), self.modified_on.get(key)
		return here is None or bool(there and there > here)


def ownership_of(link: Link, entity: Entity, modified_on: Mapping[str, datetime | None]) -> Ownership | None:
	"""The guard of an entity's records; None where every field is the system's."""
	owners = {our_field(field): link.owner(entity.title, field) for field in entity.model.model_fields}
	owned = {field: owner for field, owner in owners.items() if owner != THEIRS}
	return Ownership(link, owned, modified_on) if owned else None


def _rows_differ(before: Sequence[Mapping], wanted: Sequence[Mapping]) -> bool:
	if len(before) != len(wanted):
		return True
	return any(
		differs(old.get(column), value) for old, new in zip(before, wanted, strict=True) for column, value in new.items() if column not in STANDARD
	)


def _said(rows: Sequence[Mapping[str, Any]]) -> list[dict]:
	"""What the rows of a table say, without what the framework keeps with them."""
	return [{column: value for column, value in row.items() if column not in STANDARD and value not in (None, "", 0)} for row in rows]
