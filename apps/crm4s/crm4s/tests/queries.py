"""How many statements a block sends to the database."""

from collections.abc import Iterator
from contextlib import contextmanager

import frappe


@contextmanager
def counted_queries() -> Iterator[list[str]]:
	"""The statements that the block sends, as a list that is complete when it ends."""
	sent: list[str] = []
	send = frappe.db.sql

	def counting(query, *arguments, **options):
		sent.append(str(query))
		return send(query, *arguments, **options)

	frappe.db.sql = counting
	try:
		yield sent
	finally:
		frappe.db.sql = send
