"""Reads the rows of a query as one text and makes columns of it as a whole: taken row by row, Python reads sums for longer than the database adds them up."""

import io
from collections.abc import Mapping, Sequence

import frappe
import pandas as pd

# Characters that no text has, so that nothing needs quotes.
FIELD, LINE = "\x1f", "\x1e"
# What one answer may hold: less than a server of usual settings lets through (max_allowed_packet).
LONGEST = 15 * 2**20


def columns_of(query: str, values: Sequence, columns: Mapping[str, type]) -> pd.DataFrame:
	"""The rows of the query in its order.

	Args:
		query: a constant of ours; what it selects is named as in `columns`.
		columns: `str`, `int` or `float` of each. What is null is the empty text or 0.

	Raises:
		RuntimeError: the text is longer than `LONGEST` or than the server lets through; ask for fewer rows.
	"""
	fields = ", ".join(f"ifnull(`{column}`, '')" if kind is str else f"ifnull(`{column}`, 0)" for column, kind in columns.items())
	# The builder knows neither settings of a statement nor a text of groups.
	count, text = frappe.db.sql(
		f"""set statement group_concat_max_len = {LONGEST} for
		select count(*), group_concat(concat_ws('{FIELD}', {fields}) separator '{LINE}') from ({query}) found""",
		values,
	)[0]
	if not count:
		return pd.DataFrame({column: pd.Series(dtype=_type(kind)) for column, kind in columns.items()})
	rows = _parsed(text or "", columns)
	if len(rows) != count or len(text) >= LONGEST:
		raise RuntimeError(f"The database cut {count} rows short: they are longer than its setting max_allowed_packet lets through.")
	return rows


def _parsed(text: str, columns: Mapping[str, type]) -> pd.DataFrame:
	types = {column: _type(kind) for column, kind in columns.items()}
	return pd.read_csv(
		io.StringIO(text), sep=FIELD, lineterminator=LINE, header=None, names=list(columns), dtype=types,
		quoting=3, na_filter=False, float_precision="round_trip", engine="c", skip_blank_lines=False,
	)


def _type(kind: type) -> type | str:
	return {str: object, int: "int64", float: "float64"}[kind]
