"""Groups by two things at once: one down, one across."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

REST = "rest"


@dataclass(frozen=True)
class Crosstab:
	"""`across`: the keys of the columns, the biggest first or in their order; `rows`: key, total, and cell_0, cell_1 … for these keys.

	Where there are more keys than fit, `has_rest` is set and the last cell, cell_rest, gathers them.
	"""

	across: list
	rows: list[dict]
	has_rest: bool


def crosstab(groups: Iterable[Mapping], sums: Iterable[str], cell: Callable[[Mapping], float | None], most: int = 10, in_order: bool = False) -> Crosstab:
	"""One row a key, the biggest first.

	Args:
		groups: rows with key, across and the sums.
		sums: the columns that add up; the first one says how big a key is.
		cell: from the added sums of a cell to what it shows, None for empty; called with the sums by their names.
		most: columns that are shown on their own.
		in_order: columns by their key, such as months, and not by their size.
	"""
	sums = list(sums)
	cells, by_key, by_across = {}, {}, {}
	for group in groups:
		key, across = group["key"], group["across"]
		for table, place in ((cells, (key, across)), (by_key, key), (by_across, across)):
			held = table.setdefault(place, dict.fromkeys(sums, 0))
			for name in sums:
				held[name] += float(group[name] or 0)
	biggest = sorted(by_across, key=lambda across: -by_across[across][sums[0]])
	shown, rest = biggest[:most], biggest[most:]
	if in_order:
		shown.sort()
	rows = [_row(key, by_key[key], cells, shown, rest, cell) for key in sorted(by_key, key=lambda key: -by_key[key][sums[0]])]
	return Crosstab(shown, rows, bool(rest))


def _row(key, whole: Mapping, cells: Mapping, shown: list, rest: list, cell: Callable) -> dict:
	row = {"key": key, "total": cell(whole)}
	for position, across in enumerate(shown):
		row[f"cell_{position}"] = cell(cells[key, across]) if (key, across) in cells else None
	if rest:
		found = [cells[key, across] for across in rest if (key, across) in cells]
		row[f"cell_{REST}"] = cell({name: sum(held[name] for held in found) for name in whole}) if found else None
	return row
