"""One at a time: a lock of the database, which lets go of it when the process dies."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe


@contextmanager
def turn(of: str, wait: int = 0) -> Iterator[bool]:
	"""True inside the block where nobody else on this site has the turn of that name.

	Args:
		wait: seconds to wait for the one who has it.
	"""
	key = f"crm4s.{of}.{frappe.conf.db_name}"[:64]
	got = bool(frappe.db.sql("select get_lock(%s, %s)", (key, wait))[0][0])
	try:
		yield got
	finally:
		if got:
			frappe.db.sql("select release_lock(%s)", key)
