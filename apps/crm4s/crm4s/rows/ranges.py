"""Jobs over all rows of a type go through them in the order of their names."""

from collections.abc import Iterator

import frappe


def name_ranges(doctype: str, size: int) -> Iterator[tuple[str, str]]:
	"""First and last name of each next `size` documents in order of their names."""
	last = ""
	while names := frappe.get_all(doctype, filters={"name": [">", last]}, pluck="name", order_by="name", limit=size):
		last = names[-1]
		yield names[0], last
