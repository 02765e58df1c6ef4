"""The map of external ids: which document a system's record is, and how new what we have of it is."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe.utils import now_datetime

from crm4s.rows.writer import Writes, read_rows

RECORD = "C4S DMS Record"
NO_VERSION = -1
COLUMNS = ("name", "external_id", "document", "source_version", "source_modified_on", "fingerprint")


@dataclass(frozen=True)
class Known:
	"""A record that was taken in before."""

	row: str
	document: str
	version: int | None
	modified_on: datetime | None
	fingerprint: str | None = None


def folded(external_id: str) -> str:
	"""An id as it is compared: upper and lower case are one."""
	return external_id.casefold()


def of_entity(link: str, entity: str) -> str:
	"""SQL condition of the rows of one link and entity, the latter by its title."""
	return f"`link` = {frappe.db.escape(link)} and `entity` = {frappe.db.escape(entity)}"


def known_of(link: str, entity: str, external_ids: Iterable[str]) -> dict[str, Known]:
	"""What is known of these records, by folded id; one query."""
	rows = read_rows(RECORD, "external_id", external_ids, COLUMNS, of_entity(link, entity))
	return {folded(row.external_id): Known(row.name, row.document, version_of(row), row.source_modified_on, row.fingerprint) for row in rows}


def external_ids_of(link: str, doctype: str, names: Iterable[str]) -> dict[str, str]:
	"""The system's numbers of our documents, by name; the first where it has several."""
	condition = f"`link` = {frappe.db.escape(link)} and `document_type` = {frappe.db.escape(doctype)}"
	rows = read_rows(RECORD, "document", names, ("document", "external_id"), condition)
	found: dict[str, str] = {}
	for row in sorted(rows, key=lambda row: row.external_id):
		found.setdefault(row.document, row.external_id)
	return found


def version_of(row: Mapping) -> int | None:
	return None if row["source_version"] == NO_VERSION else row["source_version"]


def write_known(
	link: str, entity: str, doctype: str, taken: Sequence, known: Mapping[str, Known], names: Mapping[str, str], fingerprints: Mapping[str, str]
) -> None:
	"""Note what was taken in.

	Args:
		taken: the records; their `external_id`, `version` and `modified_on` count.
		known: what was known before, by folded id.
		names: the documents by folded id.
		fingerprints: by folded id, where records are known again by what they say.
	"""
	writes, now = Writes(), now_datetime()
	for record in taken:
		key = folded(record.external_id)
		before = known.get(key)
		stamp = {
			"source_version": _said(record.version, before and before.version),
			"source_modified_on": record.modified_on or (before and before.modified_on),
			"fingerprint": fingerprints.get(key),
		}
		if before is None:
			row = {"link": link, "entity": entity, "external_id": record.external_id, "document_type": doctype, "document": names[key]}
			writes.insert(RECORD, {**row, **stamp, "taken_on": now})
		elif before != Known(before.row, names[key], _none(stamp["source_version"]), stamp["source_modified_on"], stamp["fingerprint"]):
			writes.update(RECORD, before.row, {"document": names[key], **stamp, "taken_on": now})
	writes.flush()


def _said(version: int | None, before: int | None) -> int:
	version = before if version is None else version
	return NO_VERSION if version is None else version


def _none(version: int) -> int | None:
	return None if version == NO_VERSION else version
