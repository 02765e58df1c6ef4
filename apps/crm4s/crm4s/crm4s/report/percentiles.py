"""Medians and nines of ten by group, as reports read and draw them."""

from collections.abc import Mapping, Sequence

import frappe
import pandas as pd
from frappe.query_builder import CustomFunction

from crm4s.queries import select_from
from crm4s.reports.percentiles import measures_by_key, measures_of_all

MOST_DRAWN = 20
COLOURS = ("#F7B500", "#2490EF", "#8D99A6")
UnixTimestamp = CustomFunction("unix_timestamp", ["moment"])


def read_groups(source, steps: Sequence[str], sums: Sequence[str], counted: str) -> tuple[list, dict | None]:
	"""What `measures_by_key` and `measures_of_all` say of a query's rows, read once: the database would sort them anew for each measure."""
	names = ["key", *(f"{step}_seconds" for step in steps), *sums]
	columns = ", ".join(f"`{name}`" for name in names)
	found = pd.DataFrame(select_from(source, columns, as_list=True), columns=names)
	numbers = names[1:]
	found[numbers] = found[numbers].astype(float)
	total = measures_of_all(found, steps, sums, counted)
	return [frappe._dict(row) for row in measures_by_key(found, steps, sums, counted)], total


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
