"""Medians and nines of ten of steps that take seconds, by group."""

from collections.abc import Iterable, Sequence

import pandas as pd

SHARES = {"median": 0.5, "p90": 0.9}


def measures_by_key(found: pd.DataFrame, steps: Iterable[str], sums: Iterable[str], counted: str) -> list[dict]:
	"""One row a `key`: how many rows as `counted`, the sums of columns, `<step>_median` and `<step>_p90` in seconds, linear between two rows.

	Rows in which a step has no seconds do not count in its measures, which are None where none has.

	Args:
		found: `key` (None is a key like others), `<step>_seconds` (NaN for none) and the columns of `sums`.
	"""
	steps, sums = list(steps), list(sums)
	groups = found.groupby("key", dropna=False, sort=False)
	rows = groups[sums].sum()
	rows.insert(0, counted, groups.size())
	for step in steps:
		for measure, share in SHARES.items():
			rows[f"{step}_{measure}"] = groups[f"{step}_seconds"].quantile(share)
	return [{name: None if pd.isna(value) else value for name, value in row.items()} for row in rows.reset_index().to_dict("records")]


def measures_of_all(found: pd.DataFrame, steps: Sequence[str], sums: Sequence[str], counted: str) -> dict | None:
	"""The same of all rows together, with key ""; None without any."""
	return next(iter(measures_by_key(found.assign(key=""), steps, sums, counted)), None)

