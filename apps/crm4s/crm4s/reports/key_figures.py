"""The figures that open a store's ten-day or monthly report: of the period, of the one before and of the same one a year ago."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

COUNT, MONEY, PERCENT, POINTS = "Count", "Money", "Percent", "Points"
# A figure that grows is good news, bad news, or just news.
MORE, LESS, NEITHER = 1, -1, 0


@dataclass(frozen=True)
class Figure:
	"""One line: `part` is the name of an amount; with `whole` it is part ÷ whole, in per cent for shares.

	source: the set of amounts that `part` and `whole` are among.
	"""

	name: str
	source: str
	part: str
	whole: str | None = None
	kind: str = COUNT
	good: int = MORE


def value_of(figure: Figure, amounts: Mapping[str, float] | None) -> float | None:
	"""The figure out of its source's amounts; None where nothing is known or the whole is nothing.

	Counts as they are, money to the cent, shares in per cent and points with one decimal.
	"""
	if amounts is None:
		return None
	part = amounts.get(figure.part) or 0
	if figure.whole is None:
		return round(float(part), 2) if figure.kind == MONEY else part
	whole = amounts.get(figure.whole) or 0
	if not whole:
		return None
	if figure.kind == PERCENT:
		return round(100 * part / whole, 1)
	return round(part / whole, 2 if figure.kind == MONEY else 1)


def change(kind: str, now: float | None, then: float | None) -> float | None:
	"""How much more it is than it was: for shares and points the difference, else per cent of what it was; None where that says nothing."""
	if now is None or then is None:
		return None
	if kind in (PERCENT, POINTS):
		return round(now - then, 1)
	return round(100 * (now - then) / then, 1) if then > 0 else None


def lines(sections: Mapping[str, Sequence[Figure]], amounts: Iterable[Mapping[str, Mapping[str, float]]]) -> list[dict]:
	"""One dict a figure whose source is known: section, figure, now, before, change, year_before, year_change.

	Args:
		sections: the figures of each section, in their order.
		amounts: by source the amounts of the period, of the one before and of the same one a year ago; a source that the reader may not see is missing.
	"""
	now, before, year_before = amounts
	found = []
	for section, figures in sections.items():
		for figure in figures:
			if figure.source not in now:
				continue
			values = [value_of(figure, part.get(figure.source)) for part in (now, before, year_before)]
			found.append(
				{
					"section": section,
					"figure": figure,
					"now": values[0],
					"before": values[1],
					"change": change(figure.kind, values[0], values[1]),
					"year_before": values[2],
					"year_change": change(figure.kind, values[0], values[2]),
				}
			)
	return found
