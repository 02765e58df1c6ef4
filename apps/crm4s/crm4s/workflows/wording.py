"""Our standards are written in Chinese; who works in another language reads them in English.

What an admin wrote stays as it is: only a text that is exactly as we ship it has a wording, in data/english.csv.
"""

import csv
from functools import cache

import frappe

from crm4s.workflows.standards import PACKAGE

FILE = PACKAGE / "workflows" / "data" / "english.csv"


def in_own_language(text: str | None) -> str | None:
	"""A text of a standard for the user to read; never to be stored, since the admin's copy is the Chinese one."""
	if not text or (frappe.local.lang or "").startswith("zh"):
		return text
	return english_wordings().get(text, text)


@cache
def english_wordings() -> dict[str, str]:
	"""English by the Chinese text that we ship."""
	with FILE.open(encoding="utf-8", newline="") as rows:
		return {row["shipped"]: row["english"] for row in csv.DictReader(rows)}
