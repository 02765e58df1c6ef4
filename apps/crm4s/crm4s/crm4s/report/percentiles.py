"""Medians and nines of ten by group, worked out by the database."""

from collections.abc import Iterable

import frappe

SHARES = {"median": 0.5, "p90": 0.9}


def read_groups(source, steps: Iterable[str], sums: Iterable[str], counted: str) -> list:
	"""One row a `key` of a query: how many rows as `counted`, the sums of columns, `<step>_median` and `<step>_p90` of each `<step>_seconds`.

	Rows in which a step has no seconds do not count in its measures, which are None where none has.
	"""
	measures = [
		f"percentile_cont({share}) within group (order by {step}_seconds) over (partition by `key`) as {step}_{measure}"
		for step in steps
		for measure, share in SHARES.items()
	]
	totals = [f"sum({name}) over (partition by `key`) as {name}" for name in sums]
	columns = ", ".join([f"count(*) over (partition by `key`) as {counted}", *totals, *measures])
	# The builder has no percentiles; its own query, with all values escaped, stands inside.
	return frappe.db.sql(f"select distinct `key`, {columns} from ({source.get_sql()}) as found", as_dict=True)
