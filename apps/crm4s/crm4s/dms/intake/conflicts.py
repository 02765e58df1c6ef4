"""Where a field that is ours and what a connected system says differ: listed once for a field, until a person decides or the two agree."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import frappe
import pandas as pd
from frappe.utils import now_datetime, strip_html

from crm4s.identifiers.masking import mask_identity_number
from crm4s.identity_numbers import ENTERED
from crm4s.intake.records import KEY
from crm4s.rows.writer import Writes, read_rows
from crm4s.sealing import seal, unseal

CONFLICT = "C4S DMS Conflict"
OPEN, OURS, THEIRS = "Open", "Ours", "Theirs"
SHOWN = 500


@dataclass(frozen=True)
class Difference:
	"""One field of one document; `key` is the external key of the record that says otherwise."""

	key: str
	document: str
	field: str
	ours: Any
	theirs: Any

	@property
	def as_sent(self) -> str:
		return json.dumps(self.theirs, default=str, ensure_ascii=False)

	def values(self) -> dict:
		"""What the row holds. A document number is shown to nobody: masked to compare, sealed to be taken over."""
		if self.field == ENTERED:
			return {"ours": _masked(self.ours), "theirs": _masked(self.theirs), "theirs_as_sent": seal(self.as_sent)}
		return {"ours": shown(self.ours), "theirs": shown(self.theirs), "theirs_as_sent": self.as_sent}

	def is_listed(self, row: Mapping) -> bool:
		"""Whether a stored row says the same; what is sealed is another text each time."""
		values = {**self.values(), "theirs_as_sent": self.as_sent}
		return all((said or "") == values[field] for field, said in (("ours", row["ours"]), ("theirs", row["theirs"]), ("theirs_as_sent", as_sent(row))))


def write_conflicts(
	link: str, entity: str, doctype: str, differences: Sequence[Difference], agreed: Iterable[tuple[str, str]], external_ids: Mapping[str, str]
) -> None:
	"""List what differs now, and forget what agrees again.

	Args:
		entity: by its title.
		agreed: pairs of document and field.
		external_ids: the system's numbers by external key.
	"""
	agreed = set(agreed)
	documents = {difference.document for difference in differences} | {document for document, _field in agreed}
	condition = f"`link` = {frappe.db.escape(link)} and `document_type` = {frappe.db.escape(doctype)}"
	rows = read_rows(CONFLICT, "document", documents, ("name", "document", "field", "ours", "theirs", "theirs_as_sent"), condition)
	stored = {(row.document, row.field): row for row in rows}
	writes, now = Writes(), now_datetime()
	for place in agreed & stored.keys():
		writes.delete(CONFLICT, stored[place].name)
	for difference in differences:
		values, before = difference.values(), stored.get((difference.document, difference.field))
		if before is None:
			about = {"link": link, "entity": entity, "external_id": external_ids[difference.key], "document_type": doctype, "document": difference.document}
			writes.insert(CONFLICT, {**about, "field": difference.field, **values, "state": OPEN, "found_on": now})
		elif not difference.is_listed(before):
			writes.update(CONFLICT, before.name, {**values, "state": OPEN, "found_on": now, "decided_by": None, "decided_on": None})
	writes.flush()


def apply_theirs(conflict) -> None:
	"""Give our document the system's value, by the rules of the desk.

	Args:
		conflict: a C4S DMS Conflict; who calls has asked whether the user may write its document.
	"""
	from crm4s.dms.contract.registry import ENTITIES
	from crm4s.dms.intake.kinds import KINDS

	code = next(entity.code for entity in ENTITIES.values() if entity.title == conflict.entity)
	value, key = json.loads(as_sent(conflict)), f"{conflict.link}:{conflict.external_id}"
	frame, tables = {KEY: key}, {}
	if isinstance(value, list):
		tables[conflict.field] = pd.DataFrame([{KEY: key, **row} for row in value], dtype=object)
	else:
		frame[conflict.field] = value
	intake = KINDS[code].intake(pd.DataFrame([frame], dtype=object), tables, commit=False, known={key: conflict.document})
	for result in intake.run().rejected:
		frappe.throw(result.message)


def as_sent(row: Mapping) -> str:
	"""The JSON text of the system's value, of a row or document with `field` and `theirs_as_sent`."""
	return unseal(row.get("theirs_as_sent")) if row.get("field") == ENTERED else row.get("theirs_as_sent") or "null"


def _masked(number: Any) -> str:
	return mask_identity_number(str(number)) if number else ""


def shown(value: Any) -> str:
	"""A value as the list shows it; the rows of a table one a line."""
	if isinstance(value, list):
		return "\n".join(" · ".join(str(cell) for cell in row.values()) for row in value)[:SHOWN]
	return "" if value is None else strip_html(str(value))[:SHOWN]
