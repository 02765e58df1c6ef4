"""What documents are called that rows name. Nothing is asked of the database where nothing is named: most customers have little of most things."""

from collections.abc import Iterable

import frappe


def rows_of(doctype: str, names: Iterable[str | None], *fields: str) -> dict:
	"""The named documents' fields, by name, in one query."""
	wanted = sorted({name for name in names if name})
	if not wanted:
		return {}
	return {row.name: row for row in frappe.get_all(doctype, {"name": ["in", wanted]}, ["name", *fields], limit_page_length=0)}


def titles_of(doctype: str, names: Iterable[str | None], field: str) -> dict[str, str]:
	"""One field of the named documents, by name."""
	return {name: row.get(field) for name, row in rows_of(doctype, names, field).items()}
