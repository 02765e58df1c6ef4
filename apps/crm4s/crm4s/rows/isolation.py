"""What a transaction sees of others."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe


@contextmanager
def reading_committed() -> Iterator[None]:
	"""Transactions that begin inside see at each statement what others have committed by then, not what there was at their first one.

	Whoever waited for a locked row then reads all that hangs on it as it is now, whatever was read before. The transaction under way stays as it is.
	"""
	_isolate("read committed")
	try:
		yield
	finally:
		_isolate("repeatable read")


def _isolate(level: str) -> None:
	frappe.db.sql(f"set session transaction isolation level {level}")
