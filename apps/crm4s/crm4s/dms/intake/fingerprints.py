"""Records that say what they said before, of documents that nobody has touched since: nothing is to be done, and nothing but two short rows has to be read.

A fingerprint is of both: what the record says, with names of ours in it, and when the document was changed last. Who changes the document here changes
`modified`, and the same record is taken in anew.
"""

from collections.abc import Container, Iterable, Mapping
from hashlib import blake2b
from typing import Any

import frappe

import crm4s
from crm4s.dms.intake.known import Known, folded
from crm4s.dms.intake.reading import Incoming

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
		"""Fields stand in the order of the contract, whatever order they came in."""
		return repr(values).encode() + self.rules

	def of(self, one: Incoming, modified: str) -> str:
		return blake2b(self.contents[one.position] + modified.encode(), digest_size=BYTES).hexdigest()

	def is_same(self, one: Incoming, before: Known | None, modified: Mapping[str, str]) -> bool:
		"""
		Args:
			modified: when documents were changed last, by name.
		"""
		return bool(before and before.fingerprint and before.document in modified) and before.fingerprint == self.of(one, modified[before.document])

	def expected(self, new: Iterable[Incoming], moment: str) -> dict[str, str]:
		"""By folded id, those that new documents are going to have which are written with this moment."""
		return {folded(one.external_id): self.of(one, moment) for one in new}

	def stored(self, taken: Iterable[Incoming], names: Mapping[str, str], moment: str, made: Container[str]) -> dict[str, str]:
		"""By folded id, those of documents as they are stored now; one query for those that were not made at this moment.

		Args:
			made: the names of documents that were made.
		"""
		modified = modified_of(self.doctype, [name for name in names.values() if name not in made])
		return {folded(one.external_id): self.of(one, modified.get(names[folded(one.external_id)], moment)) for one in taken}


def modified_of(doctype: str, names: Iterable[str]) -> dict[str, str]:
	"""When documents were changed last, by name; one query. As text: to read a time out of an answer takes longer than all else about it."""
	wanted = tuple(set(names))
	return dict(frappe.db.sql(f"select name, cast(modified as char) from `tab{doctype}` where name in %s", (wanted,))) if wanted else {}
