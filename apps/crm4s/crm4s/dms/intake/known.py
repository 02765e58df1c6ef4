"""The map of external ids: which document a system's record is, and how new what we have of it is.

What is known is locked when it is looked up, and what is new is entered before anything is decided about it. So of two who bring one record at the
same moment one waits until the other is done, and then finds what that one left; who bring different records do not meet here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe.utils import now, now_datetime

from crm4s.rows.writer import Writes, insert_rows, read_rows, read_texts, update_rows, write_columns

RECORD = "C4S DMS Record"
NO_VERSION = -1
INDEX = "link_entity_external_id"
COLUMNS = ("name", "external_id", "document", "source_version", "source_modified_on", "fingerprint")
# What is entered of a new record once its document is there, where it was not known beforehand.
ENTERED = {"document": "varchar(140)", "fingerprint": "varchar(140)"}


class Meanwhile(Exception):
	"""Somebody else has brought one of these records since we looked."""


@dataclass(frozen=True)
class Known:
	"""A record that was taken in before."""

	row: str
	document: str
	version: int | None
	modified_on: datetime | None
	fingerprint: str | None = None


@dataclass(frozen=True)
class Claim:
	"""The row of a new record, and what was entered there already: the name that its document is going to have, and its fingerprint."""

	row: str
	document: str | None = None
	fingerprint: str | None = None


def folded(external_id: str) -> str:
	"""An id as it is compared: upper and lower case are one."""
	return external_id.casefold()


def of_entity(link: str, entity: str) -> str:
	"""SQL condition of the rows of one link and entity, the latter by its title."""
	return f"`link` = {frappe.db.escape(link)} and `entity` = {frappe.db.escape(entity)}"


def known_of(link: str, entity: str, external_ids: Iterable[str], locking: bool = False) -> dict[str, Known]:
	"""What is known of these records, by folded id; one query.

	Args:
		locking: whoever else brings them waits until the end of our transaction.
	"""
	rows = read_rows(RECORD, "external_id", external_ids, COLUMNS, of_entity(link, entity), locking, INDEX)
	return {folded(row.external_id): Known(row.name, row.document, version_of(row), row.source_modified_on, row.fingerprint) for row in rows}


def documents_of(link: str, entity: str, external_ids: Iterable[str]) -> dict[str, str | None]:
	"""The documents of these records, by folded id; one query."""
	return {folded(number): name or None for number, name in read_texts(RECORD, "external_id", external_ids, ("external_id", "document"), of_entity(link, entity))}


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


def claim(link: str, entity: str, doctype: str, records: Sequence, documents: Mapping[str, str], fingerprints: Mapping[str, str]) -> dict[str, Claim]:
	"""Enter new records before their documents are there; by folded id.

	Args:
		documents: what they are going to be called, by folded id, where that is known already.
		fingerprints: those that they are going to have, so that the row need not be written again.

	Raises:
		Meanwhile: one is known by now; what was entered is to be rolled back.
	"""
	about = {"link": link, "entity": entity, "document_type": doctype, "taken_on": now_datetime()}
	ordered = sorted(((folded(one.external_id), one) for one in records), key=lambda pair: pair[0])
	rows = [
		{
			**about,
			"external_id": one.external_id,
			"source_version": _said(one.version, None),
			"source_modified_on": one.modified_on,
			"document": documents.get(key),
			"fingerprint": fingerprints.get(key),
		}
		for key, one in ordered
	]
	completed = Writes().completed(RECORD, rows)
	if insert_rows(RECORD, completed, unless_known=True) < len(rows):
		raise Meanwhile
	return {key: Claim(row["name"], row["document"], row["fingerprint"]) for (key, _one), row in zip(ordered, completed, strict=True)}


def write_known(taken: Sequence, known: Mapping[str, Known], claims: Mapping[str, Claim], names: Mapping[str, str], fingerprints: Mapping[str, str]) -> None:
	"""Note what was taken in, and take away what was entered in vain.

	Args:
		taken: the records; their `external_id`, `version` and `modified_on` count.
		known: what was known before, by folded id.
		claims: the rows of new records, by folded id.
		names: the documents by folded id.
		fingerprints: by folded id, where records are known again by what they say.
	"""
	stamp = {"taken_on": now_datetime(), "modified": now(), "modified_by": frappe.session.user}
	in_vain, late, changed = dict(claims), [], []
	for record in taken:
		key = folded(record.external_id)
		if claimed := in_vain.pop(key, None):
			if claimed != (entered := Claim(claimed.row, names[key], fingerprints.get(key))):
				late.append((entered.row, entered.document, entered.fingerprint))
		elif after := _changes(record, known[key], names[key], fingerprints.get(key)):
			changed.append({**after, **stamp})
	write_columns(RECORD, ENTERED, late)
	update_rows(RECORD, changed)
	drop(in_vain.values())


def drop(claims: Iterable[Claim]) -> None:
	"""Take away what was entered in vain."""
	if names := sorted(claim.row for claim in claims):
		frappe.db.delete(RECORD, {"name": ["in", names]})


def _changes(record, before: Known, document: str, fingerprint: str | None) -> dict | None:
	"""The row as it is from now on, None where it stays."""
	version, modified_on = _said(record.version, before.version), record.modified_on or before.modified_on
	if before == Known(before.row, document, _none(version), modified_on, fingerprint):
		return None
	return {"name": before.row, "document": document, "source_version": version, "source_modified_on": modified_on, "fingerprint": fingerprint}


def _said(version: int | None, before: int | None) -> int:
	version = before if version is None else version
	return NO_VERSION if version is None else version


def _none(version: int) -> int | None:
	return None if version == NO_VERSION else version
