"""Rows of a table as text of SQL, a whole table at once: a parameter for each value would take longer than the database does."""

from collections.abc import Mapping
from datetime import date

import frappe
import numpy as np
import pandas as pd

# How a column is written: text, a day as `date.toordinal` counts it (0 for none), or a number with so many decimals.
TEXT, DAY = "text", "day"
Kinds = Mapping[str, str | int]
BETWEEN = "\x1f"


def literals(rows: pd.DataFrame, kinds: Kinds, stamp: str = "") -> list[str]:
	"""One `(…)` a row with the columns of `kinds` in their order, each ending with `stamp`, which is SQL of ours."""
	patterns = [_pattern(kind) for kind in kinds.values()]
	pattern = f"({','.join(patterns + [stamp.replace('%', '%%')] * bool(stamp))})"
	shown = [_shown(rows[column], kind) for column, kind in kinds.items()]
	# One pattern filled for each row takes a tenth of what a writer of tables does.
	return list(map(pattern.__mod__, zip(*shown, strict=True)))


def joined(rows: pd.DataFrame, kinds: Kinds) -> np.ndarray:
	"""One text a row that differs where a row as it will be stored does; `joined_sql` says the same of a stored one."""
	pattern = "|".join("%d" if isinstance(kind, int) or kind == DAY else "%s" for kind in kinds.values())
	shown = [_plain(rows[column], kind) for column, kind in kinds.items()]
	return np.array(list(map(pattern.__mod__, zip(*shown, strict=True))), dtype=object)


def joined_sql(kinds: Kinds, to_database_days: int) -> str:
	fields = {TEXT: "ifnull(`{0}`, '')", DAY: f"ifnull(to_days(`{{0}}`) - {to_database_days}, 0)"}
	parts = [fields[kind].format(column) if kind in fields else f"round(`{column}` * {10**kind})" if kind else f"`{column}`" for column, kind in kinds.items()]
	return f"concat_ws('|', {', '.join(parts)})"


def _pattern(kind: str | int) -> str:
	return "%s" if kind in (TEXT, DAY) else f"%.{kind}f" if kind else "%d"


def _shown(values: pd.Series, kind: str | int) -> list:
	"""Text and days as literals, each different one made once; numbers rounded."""
	if kind == TEXT:
		codes, words = pd.factorize(values)
		return _quoted(words)[codes].tolist()
	if kind == DAY:
		return values.map({day: f"'{date.fromordinal(day)}'" if day else "null" for day in values.unique()}).tolist()
	return (values.round(kind) if kind else values).tolist()


def _quoted(words: np.ndarray) -> np.ndarray:
	"""All of them by one call."""
	escaped = frappe.db.escape(BETWEEN.join(words), percent=False)[1:-1]
	return np.array([f"'{word}'" for word in escaped.split(BETWEEN)], dtype=object)


def _plain(values: pd.Series, kind: str | int) -> list:
	if kind in (TEXT, DAY, 0):
		return values.tolist()
	return np.rint(values.round(kind) * 10**kind).tolist()
