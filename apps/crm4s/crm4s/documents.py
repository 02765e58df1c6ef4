"""What controllers of several documents share."""

from collections.abc import Iterable, Mapping
from typing import Any

from frappe.utils import cstr


def keep_stored(document, fieldnames: Iterable[str], first: Mapping[str, Any] | None = None) -> None:
	"""Take back what a form or a request sent along for fields that only the document's own actions write.

	Args:
		first: what some of them are in a new document; the others are empty.
	"""
	before = document.get_doc_before_save()
	for fieldname in fieldnames:
		document.set(fieldname, before.get(fieldname) if before else (first or {}).get(fieldname))


class OwnFacts:
	"""For documents whose own actions write fields that a form or a request may not."""

	def save_facts(self):
		"""Save what one of the document's own actions wrote; it asked for permission itself."""
		self.flags.writes_facts = True
		try:
			return self.save(ignore_permissions=True)
		finally:
			self.flags.writes_facts = False


class ComparesAsText:
	"""For documents with times: the desk sends them as texts, which some versions of Frappe compare with times."""

	def has_changed(self, *fieldnames: str) -> bool:
		"""Whether one of the fields differs from what is stored; nothing is stored of a new document."""
		before = self.get_doc_before_save()
		return not before or any(cstr(before.get(field) or "") != cstr(self.get(field) or "") for field in fieldnames)
