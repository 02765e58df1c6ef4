"""A segment against the other customers: shares, means and how far apart they are. Pure."""

import math
from collections.abc import Sequence

import pandas as pd

# 95 %, two-sided.
Z = 1.96
# Fewer tell nothing clearly.
LEAST = 30
BANDS = {"Age": (18, 30, 40, 50, 60), "Spending": (1_000, 5_000, 10_000, 50_000, 200_000), "Visits": (1, 2, 4, 8, 15)}


def shares(segment: pd.Series, others: pd.Series, order: Sequence[str] | None = None, most: int = 12) -> list[dict]:
	"""One row a value, in `order` or the most frequent of the segment first: key, segment, others (customers), segment_percent, others_percent, index, clear.

	`index` is 100 × the one share ÷ the other, 100 being alike and None where none of the others has it; `clear` says that chance alone would hardly make
	such a difference (two shares, 95 %). Missing values are a value of their own, an empty text.
	"""
	mine, theirs = (values.fillna("").value_counts() for values in (segment, others))
	if order is None:
		order = sorted({*mine.index, *theirs.index}, key=lambda key: (-mine.get(key, 0), -theirs.get(key, 0), str(key)))[:most]
	keys = [key for key in order if mine.get(key, 0) or theirs.get(key, 0)]
	return [_row(key, int(mine.get(key, 0)), int(theirs.get(key, 0)), len(segment), len(others)) for key in keys]


def banded(values: pd.Series, bands: Sequence[float]) -> tuple[pd.Series, list[str]]:
	"""Each value's band as a text such as "30–39", and all bands in order; a missing value has none."""
	edges = [-math.inf, *bands, math.inf]
	names = [f"< {bands[0]:g}", *(f"{low:g}–{high - 1:g}" for low, high in zip(bands, bands[1:])), f"≥ {bands[-1]:g}"]
	return pd.cut(values.astype(float), edges, labels=names, right=False).astype(object), names


def means(segment: pd.DataFrame, others: pd.DataFrame, names: Sequence[str]) -> list[dict]:
	"""One row a column: key, segment_mean, others_mean, index, clear (Welch's test, 95 %, large samples); missing values do not count."""
	rows = []
	for name in names:
		mine, theirs = (frame[name].astype(float).dropna() for frame in (segment, others))
		first, second = (float(values.mean()) if len(values) else None for values in (mine, theirs))
		error = math.sqrt(sum(float(values.var(ddof=1)) / len(values) for values in (mine, theirs))) if min(len(mine), len(theirs)) > 1 else 0.0
		clear = min(len(mine), len(theirs)) >= LEAST and error > 0 and abs(first - second) > Z * error
		rows.append({"key": name, "segment_mean": first, "others_mean": second, "index": _index(first, second), "clear": clear})
	return rows


def _row(key: str, mine: int, theirs: int, segment: int, others: int) -> dict[str, object]:
	first, second = mine / segment if segment else 0.0, theirs / others if others else 0.0
	both = (mine + theirs) / (segment + others) if segment + others else 0.0
	error = math.sqrt(both * (1 - both) * (1 / segment + 1 / others)) if segment and others else 0.0
	return {
		"key": key,
		"segment": mine,
		"others": theirs,
		"segment_percent": round(100 * first, 1),
		"others_percent": round(100 * second, 1),
		"index": _index(first, second),
		"clear": min(segment, others) >= LEAST and error > 0 and abs(first - second) > Z * error,
	}


def _index(first: float | None, second: float | None) -> int | None:
	return round(100 * first / second) if first is not None and second else None
