"""Our prices, times and service beside what was found at local competitors: by what is compared, and by competitor."""

from collections.abc import Iterable, Mapping
from statistics import median

LOWER = "Lower"


def newest(figures: Iterable[Mapping]) -> list[Mapping]:
	"""Of each competitor's outlet the last figure of each item and model: what they asked before is history.

	Args:
		figures: competitor, outlet, dealership, item, vehicle_model, observed_on, value, own_value.
	"""
	found: dict = {}
	for figure in sorted(figures, key=lambda figure: figure["observed_on"]):
		found[(figure["competitor"], *_place_of(figure), *_subject(figure))] = figure
	return list(found.values())


def _place_of(figure: Mapping) -> tuple[str, str]:
	"""The outlet; where nobody named it, the one near the store that looked."""
	return (figure["outlet"], "") if figure["outlet"] else ("", figure["dealership"])


def by_item(figures: Iterable[Mapping], items: Mapping[str, Mapping], own: Mapping[tuple[str, str], float | None]) -> list[dict]:
	"""One row an item and model: ours, best (and best_by), median, difference to the median in per cent, place, of, figures, observed_on.

	place: of ours among the figures, 1 the best; the same value shares the place. tone: 1 where ours is better than the median, -1 where it is worse.

	Args:
		figures: as `newest` gives them.
		items: by name: better (Lower or Higher).
		own: ours by item and model; where it is unknown, the last that was noted with a figure counts.
	"""
	rows = []
	for (item, model), found in _grouped(figures, _subject).items():
		lower, values = items[item]["better"] == LOWER, [figure["value"] for figure in found]
		ours = own.get((item, model)) or _noted(found)
		best = (min if lower else max)(found, key=lambda figure: figure["value"])
		middle = median(values)
		row = {"item": item, "vehicle_model": model, "ours": ours, "best": best["value"], "best_by": best["competitor"], "median": middle}
		row |= {"figures": len(found), "observed_on": max(figure["observed_on"] for figure in found)}
		rows.append(row | _place(ours, values, middle, lower))
	return rows


def by_competitor(figures: Iterable[Mapping], items: Mapping[str, Mapping], own: Mapping[tuple[str, str], float | None]) -> list[dict]:
	"""One row a competitor: figures, compared (those with ours beside them), we_lead, equal, they_lead, observed_on."""
	rows = []
	for competitor, found in _grouped(figures, lambda figure: figure["competitor"]).items():
		signs = [sign for figure in found if (sign := _sign(figure, items, own)) is not None]
		rows.append(
			{
				"competitor": competitor,
				"figures": len(found),
				"compared": len(signs),
				"we_lead": signs.count(1),
				"equal": signs.count(0),
				"they_lead": signs.count(-1),
				"observed_on": max(figure["observed_on"] for figure in found),
			}
		)
	return rows


def _sign(figure: Mapping, items: Mapping, own: Mapping) -> int | None:
	ours = own.get(_subject(figure)) or figure["own_value"]
	if not ours:
		return None
	better = ours < figure["value"] if items[figure["item"]]["better"] == LOWER else ours > figure["value"]
	return 0 if ours == figure["value"] else 1 if better else -1


def _place(ours: float | None, values: list[float], middle: float, lower: bool) -> dict:
	if not ours:
		return {"difference": None, "place": None, "of": None, "tone": 0}
	ahead = sum(value < ours if lower else value > ours for value in values)
	difference = round(100 * (ours - middle) / middle, 1) if middle else None
	sign = (ours < middle) - (ours > middle)
	return {"difference": difference, "place": ahead + 1, "of": len(values) + 1, "tone": sign if lower else -sign}


def _noted(found: list[Mapping]) -> float | None:
	noted = [figure for figure in found if figure["own_value"]]
	return max(noted, key=lambda figure: figure["observed_on"])["own_value"] if noted else None


def _subject(figure: Mapping) -> tuple[str, str]:
	return figure["item"], figure["vehicle_model"] or ""


def _grouped(figures: Iterable[Mapping], key) -> dict:
	found: dict = {}
	for figure in figures:
		found.setdefault(key(figure), []).append(figure)
	return found
