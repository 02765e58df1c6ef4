"""Records that say what they said before, of documents that nobody has touched since: nothing is to be done, and nothing but two short rows has to be read.

A fingerprint is of both: what the record says, with names of ours in it, and when the document was changed last. Who changes the document here changes
`modified`, and the same record is taken in anew.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import blake2b
from typing import Any

import crm4s
from crm4s.dms.intake.known import Known, folded
from crm4s.dms.intake.reading import Incoming
from crm4s.rows.writer import read_rows

BYTES = 16


class Fingerprints:
	"""Of the records of a batch.

	Args:
		said: what each says by our fields, by its position.
		rules: whatever else decides what becomes of a record, such as the stores of the link.
	"""

	def __init__(self, doctype: str, said: Mapping[int, Mapping[str, Any]], rules: Iterable[Any]):
		self.doctype, self.rules = doctype, repr((crm4s.__version__, *rules)).encode()
		self.contents = {position: self._content(values) for position, values in said.items()}

	def _content(self, values: Mapping[str, Any]) -> bytes:
		return json.dumps(values, default=str, sort_keys=True, ensure_ascii=False).encode() + self.rules

	def of(self, one: Incoming, modified: datetime) -> str:
		return blake2b(self.contents[one.position] + str(modified).encode(), digest_size=BYTES).hexdigest()

	def is_same(self, one: Incoming, before: Known | None, modified: Mapping[str, datetime]) -> bool:
		"""
		Args:
			modified: when documents were changed last, by name.
		"""
		return bool(before and before.fingerprint and before.document in modified) and before.fingerprint == self.of(one, modified[before.document])

	def stored(self, taken: Iterable[Incoming], names: Mapping[str, str]) -> dict[str, str]:
		"""By folded id, those of documents as they are stored now; one query."""
		modified = {row.name: row.modified for row in read_rows(self.doctype, "name", names.values(), ["name", "modified"])}
		return {folded(one.external_id): self.of(one, modified[names[folded(one.external_id)]]) for one in taken}
