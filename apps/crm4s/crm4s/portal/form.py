"""What a form of the portal sent, and that it is carried out once however often it arrives."""

import re
from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import cint

LONGEST_TEXT = 4000
_ONCE = re.compile(r"[0-9a-f]{20,40}")


class Form:
	"""Texts and files of a request; what is no text, or longer than any field of ours takes, counts as nothing."""

	def __init__(self, values: Mapping, files):
		# Signing in empties the request's own.
		self._values, self.files = dict(values), files

	def text(self, field: str, longest: int = LONGEST_TEXT) -> str:
		value = self._values.get(field)
		return value.strip() if isinstance(value, str) and len(value) <= longest else ""

	def rewind(self) -> None:
		"""Files can be read once more."""
		for uploads in self.files.listvalues() if self.files else ():
			for upload in uploads:
				upload.seek(0)

	def must(self, field: str, label: str, longest: int = 140) -> str:
		"""
		Raises:
			frappe.ValidationError: nothing was typed, or too much; the sentence names the field.
		"""
		value = self._values.get(field)
		value = value.strip() if isinstance(value, str) else ""
		if not value:
			frappe.throw(_("Please fill in: {0}.").format(label))
		if len(value) > longest:
			frappe.throw(_("{0} is too long; {1} letters are the most.").format(label, longest))
		return value

	def number(self, field: str) -> int:
		return cint(self.text(field, 20))

	def ticked(self, field: str) -> bool:
		return self.text(field, 10) in ("1", "on", "yes")

	def one_of(self, field: str, values, label: str) -> str:
		"""
		Raises:
			frappe.ValidationError: none of the values was chosen.
		"""
		value = self.text(field)
		if value not in values:
			frappe.throw(_("Please choose: {0}.").format(label))
		return value

	def starting_with(self, prefix: str) -> dict[str, str]:
		"""Texts of the fields whose names begin so, by the rest of the name."""
		return {field.removeprefix(prefix): self.text(field) for field in self._values if isinstance(field, str) and field.startswith(prefix)}


class Once:
	"""A form carries a number of its own. While it is worked on a second one waits for nothing and is refused; after it, it is led where the first was."""

	SECONDS, WORKING = 3600, "-"

	def __init__(self, whose: str, number: str):
		self._key = frappe.cache().make_key(f"c4s_portal_once:{whose}:{number}") if _ONCE.fullmatch(number) else None

	def begin(self) -> str | None:
		"""Where the form that came before led to; None if this is the first."""
		if not self._key or frappe.cache().set(self._key, self.WORKING, nx=True, ex=self.SECONDS):
			return None
		target = (frappe.cache().get(self._key) or b"").decode()
		return frappe.request.path if target in ("", self.WORKING) else target

	def end(self, target: str) -> None:
		if self._key:
			frappe.cache().set(self._key, target, ex=self.SECONDS)

	def forget(self) -> None:
		if self._key:
			frappe.cache().delete(self._key)
