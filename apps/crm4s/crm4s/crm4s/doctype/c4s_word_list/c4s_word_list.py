"""Words that the key words of what customers wrote leave out, or keep in one piece."""

from frappe.model.document import Document


class C4SWordList(Document):
	def entries(self) -> list[tuple[str, str | None]]:
		"""The words in small letters, each with the word as which it counts, if another one."""
		found: list[tuple[str, str | None]] = []
		for line in (self.words or "").lower().splitlines():
			word, sign, counts_as = (part.strip() for part in line.partition("="))
			found += [(word, counts_as or None)] if sign else [(one, None) for one in line.split()]
		return [entry for entry in found if entry[0]]
