"""Jobs over many rows of a type go through them in the order of their names, so many at a time.

By the query builder: a filter `["name", ">", …]` of older releases of Frappe 15 asks for `coalesce(name, '')`, for which the database reads all names
from the first one again and again, so that ten million rows took hours.
"""

from collections.abc import Iterator

import frappe

SLICE = 10_000


def in_slices(query, key, size: int | None = None) -> Iterator[list]:
	"""The rows of a query in the order of a column, different in each of them, that it selects under its own name: at most `size` at a time, by default `SLICE`."""
	after = ""
	while rows := query.where(key > after).orderby(key).limit(size or SLICE).run(as_dict=True):
		after = rows[-1][key.name]
		yield rows


def names_in_slices(query, key, size: int | None = None) -> Iterator[list[str]]:
	"""The values of such a column, which the query does not select yet."""
	for rows in in_slices(query.select(key), key, size):
		yield [row[key.name] for row in rows]


def name_ranges(doctype: str, size: int) -> Iterator[tuple[str, str]]:
	"""First and last name of each next `size` documents in order of their names."""
	table = frappe.qb.DocType(doctype)
	for names in names_in_slices(frappe.qb.from_(table), table.name, size):
		yield names[0], names[-1]
