"""Records that name what has not come yet: kept as they were sent, the newest state of each, until what they wait for arrives."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe.utils import now_datetime

from crm4s.dms.contract.registry import ENTITIES
from crm4s.dms.intake.known import INDEX, NO_VERSION, folded, of_entity, version_of
from crm4s.dms.intake.reading import Incoming
from crm4s.dms.intake.references import Missing
from crm4s.dms.intake.versions import is_older
from crm4s.rows.writer import Writes, read_rows

WAITING_RECORD = "C4S DMS Waiting Record"
WAITING, REFUSED = "Waiting", "Refused"


@dataclass(frozen=True)
class Waiting:
	"""A record that waits, and how new it is."""

	row: str
	version: int | None
	modified_on: datetime | None


def waiting_of(link: str, entity: str, external_ids: Iterable[str], locking: bool = False) -> dict[str, Waiting]:
	"""Which of these records wait already, by folded id; one query."""
	columns = ("name", "external_id", "source_version", "source_modified_on")
	rows = read_rows(WAITING_RECORD, "external_id", external_ids, columns, of_entity(link, entity), locking, INDEX)
	return {folded(row.external_id): Waiting(row.name, version_of(row), row.source_modified_on) for row in rows}


def keep(link: str, entity: str, records: Sequence[tuple[Incoming, Missing]], before: Mapping[str, Waiting]) -> None:
	"""Let these records wait; of one that waits already the row is written anew."""
	writes, now = Writes(), now_datetime()
	for incoming, missing in records:
		row = {
			"state": WAITING,
			"message": None,
			"waits_for_entity": ENTITIES[missing.entity].title,
			"waits_for_id": missing.external_id,
			"source_version": NO_VERSION if incoming.version is None else incoming.version,
			"source_modified_on": incoming.modified_on,
			"body": json.dumps(incoming.raw, ensure_ascii=False),
		}
		known = before.get(folded(incoming.external_id))
		if known:
			writes.update(WAITING_RECORD, known.row, row)
		else:
			writes.insert(WAITING_RECORD, {"link": link, "entity": entity, "external_id": incoming.external_id, "waiting_since": now, **row})
	writes.flush()


def forget(taken: Iterable[Incoming], before: Mapping[str, Waiting]) -> None:
	"""Records that were taken in, or a newer state of them, wait no longer."""
	settled = [before[folded(one.external_id)] for one in taken if folded(one.external_id) in before]
	stamps = {folded(one.external_id): one for one in taken}
	gone = [waiting.row for key, waiting in before.items() if waiting in settled and not is_older(stamps[key], waiting)]
	if gone:
		frappe.db.delete(WAITING_RECORD, {"name": ["in", gone]})


def refuse(rows: Sequence[tuple[str, str]]) -> None:
	"""What these wait for came, and now they are refused: a person sees why.

	Args:
		rows: the names of waiting records, each with the sentence.
	"""
	writes = Writes()
	for name, message in rows:
		writes.update(WAITING_RECORD, name, {"state": REFUSED, "message": message})
	writes.flush()


def waiting_for(link: str, arrived: Mapping[str, Iterable[str]], limit: int) -> list[Mapping]:
	"""The records that wait for what arrived, those that came first before others; newest committed state.

	Args:
		arrived: external ids by entity's code.
	"""
	rows: list[Mapping] = []
	for code, ids in arrived.items():
		escaped = f"`link` = {frappe.db.escape(link)} and `waits_for_entity` = {frappe.db.escape(ENTITIES[code].title)} and `state` = '{WAITING}'"
		rows += read_rows(WAITING_RECORD, "waits_for_id", ids, ("name", "entity", "external_id", "body", "creation"), escaped, locking=True, index="link_waits_for")
	return sorted(rows, key=lambda row: (row.creation, row.name))[:limit]


def arrived_meanwhile(link: str, limit: int) -> dict[str, list[str]]:
	"""What some records still wait for although it is there, by entity's code: it came at the same moment, or a process was killed."""
	waiting, record = frappe.qb.DocType(WAITING_RECORD), frappe.qb.DocType("C4S DMS Record")
	is_referent = (record.link == waiting.link) & (record.entity == waiting.waits_for_entity) & (record.external_id == waiting.waits_for_id)
	rows = (
		frappe.qb.from_(waiting)
		.join(record)
		.on(is_referent)
		.where((waiting.link == link) & (waiting.state == WAITING))
		.select(waiting.waits_for_entity, waiting.waits_for_id)
		.distinct()
		.limit(limit)
	).run()
	codes = {entity.title: entity.code for entity in ENTITIES.values()}
	found: dict[str, list[str]] = {}
	for title, external_id in rows:
		if title in codes:
			found.setdefault(codes[title], []).append(external_id)
	return found
