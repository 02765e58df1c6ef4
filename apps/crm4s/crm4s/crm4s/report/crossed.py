"""Reports in which two things are crossed: one down, one across. The cells open the documents behind them."""

from collections.abc import Callable, Iterable, Mapping, Sequence

import frappe
from frappe import _

from crm4s.crm4s.report import shapes
from crm4s.crm4s.report.period import require_view
from crm4s.reports.crosstab import REST, crosstab

MOST_COLUMNS = 12
PALETTE = ("#2490EF", "#29CD42", "#F7B500", "#E24C4C", "#7C3AED", "#0EA5A4", "#EC4899", "#8D99A6", "#84CC16", "#F97316", "#1E3A8A", "#A16207", "#CBD5E1")


def check(filters, views: Mapping[str, shapes.Axis]) -> None:
	"""Refuse a second grouping that is none of the views, or the first one again."""
	if filters.across:
		require_view(filters.across, views)
	if filters.across == filters.view:
		frappe.throw(_("Choose two different things to group by."))


def answer(groups: Iterable[Mapping], filters, views: Mapping[str, shapes.Axis], sums: Sequence[str], cell: Callable, kept: Iterable[str] = (), opened: Mapping | None = None, **shown):
	"""What the report answers: columns, rows, no message and a chart.

	Args:
		groups: rows with key, across and the sums.
		cell: from sums to what a cell shows.
		opened: what `shapes.opens` says of the documents that are counted.
		shown: how cells are shown, such as fieldtype; whole numbers without.
	"""
	down, across = views[filters.view], views[filters.across]
	table = crosstab(groups, sums, cell, MOST_COLUMNS, in_order=not across.field)
	names = shapes.labels(table.across, across)
	rows = shapes.read(table.rows, down, filters, kept)
	heads = {f"cell_{position}": names.get(key) or _("Not Set") for position, key in enumerate(table.across)}
	if table.has_rest:
		heads[f"cell_{REST}"] = _("All Others")
	columns = [
		shapes.key_column(filters.view, 200),
		shapes.column("total", _("Total"), **shown),
		*(shapes.column(field, label, **{"width": 130, **shown}) for field, label in heads.items()),
	]
	if opened:
		columns[1] |= opened
		if across.listed:
			_open_cells(columns[2:], table.across, across, filters, opened)
	stacked = {"fieldtype": "Int", "barOptions": {"stacked": 1}} if not shown else {"fieldtype": shown["fieldtype"]}
	return columns, rows, None, shapes.bars(rows, heads, most=12, colors=list(PALETTE), **stacked)


def _open_cells(columns: list[dict], keys: Sequence, across: shapes.Axis, filters, opened: Mapping) -> None:
	"""Each cell opens the documents of its row and its column; those of all others together have no filter."""
	whole = [str(filters.from_date), str(filters.to_date)]
	for column, key in zip(columns, keys):
		column |= {**opened, "only": {**opened["only"], **across.only(key)}}
		if not across.field:
			column["span"] = shapes.span_of(int(key), whole)
