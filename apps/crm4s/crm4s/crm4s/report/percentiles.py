"""Medians and nines of ten by group, worked out by the database."""

from collections.abc import Iterable, Mapping, Sequence

from frappe.query_builder import CustomFunction

from crm4s.queries import select_from

MOST_DRAWN = 20
COLOURS = ("#F7B500", "#2490EF", "#8D99A6")
UnixTimestamp = CustomFunction("unix_timestamp", ["moment"])

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
	# The builder has no percentiles.
	return select_from(source, f"distinct `key`, {columns}", as_dict=True)


def seconds_between(begin, end):
	"""The builder's term for the time from one moment to another."""
	return UnixTimestamp(end) - UnixTimestamp(begin)


def chart_of_medians(rows: Sequence[Mapping], labels: Sequence[str], names: Mapping[str, str]) -> dict | None:
	"""The medians of each step side by side, as a report's chart; of many groups the first twenty.

	Args:
		labels: of the groups, in the order of the rows.
		names: of the steps, by the step.
	"""
	if not rows:
		return None
	drawn = rows[:MOST_DRAWN]
	return {
		"type": "bar",
		"colors": list(COLOURS),
		"data": {
			"labels": list(labels[:MOST_DRAWN]),
			"datasets": [{"name": name, "values": [row[f"{step}_median"] or 0 for row in drawn]} for step, name in names.items()],
		},
	}
