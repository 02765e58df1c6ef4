"""Rows that measures count, as they stand in the database: documents would take a second each."""

import frappe


def put(doctype: str, count: int = 1, **values) -> list[str]:
	"""Insert so many rows with these values, nothing checked; their names."""
	names = []
	for _number in range(count):
		row = frappe.get_doc({"doctype": doctype, "name": frappe.generate_hash(length=16), **values})
		row.db_insert()
		names.append(row.name)
	return names
