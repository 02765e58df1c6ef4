"""The feed from a position on."""

import heapq
from collections.abc import Sequence
from datetime import datetime

import frappe

from crm4s.change_feed.noting import CHANGE
from crm4s.change_feed.sequencing import head
from crm4s.runs import Progress

COLUMNS = ("position", "document_type", "document", "action", "changed_on", "origin", "changed_fields", "left_stores")
# Up to where changes were taken away for their age.
REMOVED = "c4s_changes_removed_to"
# Positions that are looked through at first; a type of which there are few is found after some looks.
FIRST_WINDOW, GROWTH = 20_000, 8


def read(doctypes: Sequence[str], after: int, limit: int, until: int | None = None) -> tuple[list, int, bool]:
	"""Changes of these types behind a position, in their order; the position up to which that is all; whether there are more.

	One look into the index for each type, however rare it is among all others.

	Args:
		until: the last position that is wanted; the last there is by default.
	"""
	last = head() if until is None else until
	parts = [_of_type(doctype, after, last, limit + 1) for doctype in doctypes]
	rows = list(heapq.merge(*parts, key=lambda row: row.position))
	if len(rows) > limit:
		return rows[:limit], rows[limit - 1].position, True
	return rows, max(last, after), False


def removed_until() -> int:
	"""Changes up to this position are not kept any more."""
	return int(Progress(REMOVED).text() or 0)


def behind(doctypes: Sequence[str], after: int) -> tuple[int, datetime | None]:
	"""How many positions the end of the feed is away, and when the oldest change of these types behind `after` was made."""
	rows, _position, _more = read(doctypes, after, 1)
	return max(head() - after, 0), rows[0].changed_on if rows else None


def _of_type(doctype: str, after: int, last: int, limit: int) -> list:
	"""In windows of positions that grow: asked for all up to the end, the database reads every note of the type from the first one on."""
	rows, window = [], FIRST_WINDOW
	while after < last and len(rows) < limit:
		until = min(after + window, last)
		rows += frappe.get_all(
			CHANGE,
			[["document_type", "=", doctype], ["position", ">", after], ["position", "<=", until]],
			list(COLUMNS),
			order_by="position",
			limit=limit - len(rows),
		)
		after, window = until, window * GROWTH
	return rows
