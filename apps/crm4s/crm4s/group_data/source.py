"""The site's rows that leave it, a part at a time, and what tells whether a part changed since it was written.

A part is a month of dealings, or all rows of a kind that has no time. Raw SQL out of constants of ours: the builder knows neither checksums nor a
text of groups; values are parameters.
"""

import hashlib
import json
from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import frappe
import numpy as np
import pandas as pd

from crm4s.customer_value.as_text import columns_of
from crm4s.group_data.data_sets import DAYS_BEFORE_1970, HIDDEN, SCHEMA_VERSION, WHOLE, DataSet
from crm4s.group_data.pseudonyms import Pseudonyms
from crm4s.privacy.belongings import chunks
from crm4s.reports.returns import month_number

ALL = "all"
PAGE = 20_000
NAME = "row_name"


@dataclass(frozen=True)
class Part:
	"""What lies in one file.

	Attributes:
		key: such as 2026-11, or `all`.
		mark: another one as soon as anything in the file would be.
	"""

	data_set: DataSet
	key: str
	rows: int
	mark: str


def parts(data_set: DataSet, as_of: date, names: Pseudonyms, erased: Collection[str], site: str) -> list[Part]:
	"""The parts that have rows, the oldest first; of dealings before `as_of` only."""
	counts, sums = {}, defaultdict(list)
	for index, terms in data_set.compared:
		for key, rows, total in _sums(data_set, index, terms, as_of):
			counts[key] = int(rows)
			sums[key].append([int(rows), str(total)])
	for key, *found in _of_erased(data_set, as_of, erased):
		sums[key].append(["erased", *map(str, found)])
	fixed = [SCHEMA_VERSION, names.key_name, site, [[column.name, column.kind, column.term] for column in data_set.columns]]
	return [Part(data_set, _key(key), counts[key], _mark([*fixed, sums[key]])) for key in sorted(counts) if counts[key]]


def erased_customers() -> frozenset[str]:
	return frozenset(frappe.get_all("C4S Customer", {"erased_on": ["is", "set"]}, pluck="name", order_by=None, limit_page_length=0))


def read(part: Part, as_of: date, names: Pseudonyms) -> Iterator[pd.DataFrame]:
	"""The rows of a part, at most `PAGE` at a time, amounts as texts that say them exactly, people and cars as pseudonyms."""
	for first, end in _spans(part, as_of):
		last = ""
		while True:
			rows = _page(part.data_set, first, end, last)
			if len(rows):
				last = rows[NAME].iloc[-1]
				yield _finished(rows, part.data_set, names)
			if len(rows) < PAGE:
				break


def _sums(data_set: DataSet, index: str, terms: Collection[str], as_of: date) -> list:
	"""By part the number of rows and the sum of their checksums."""
	text = ", ".join(f"ifnull({term}, '')" for term in terms)
	hint = f"force index ({index})" if index else ""
	return frappe.db.sql(
		f"select {_group(data_set)}, count(*), sum(crc32(concat_ws('|', {text}))) from `tab{data_set.doctype}` {hint} where {_where(data_set)} group by 1",
		[as_of] if data_set.moment else [],
	)


def _of_erased(data_set: DataSet, as_of: date, erased: Collection[str]) -> Iterator[tuple]:
	"""The same of the rows of people who were erased: these leave under another pseudonym from then on."""
	if not data_set.person:
		return
	for some in chunks(sorted(erased)):
		yield from frappe.db.sql(
			f"""select {_group(data_set)}, count(*), sum(crc32({data_set.person})) from `tab{data_set.doctype}`
			where {_where(data_set)} and {data_set.person} in ({', '.join(['%s'] * len(some))}) group by 1""",
			[*([as_of] if data_set.moment else []), *some],
		)


def _group(data_set: DataSet) -> str:
	return f"12 * year({data_set.moment}) + month({data_set.moment}) - 1" if data_set.moment else "0"


def _where(data_set: DataSet) -> str:
	return f"{data_set.where} and {data_set.moment} < %s" if data_set.moment else data_set.where


def _key(month: int) -> str:
	return f"{month // 12:04}-{month % 12 + 1:02}" if month else ALL


def _mark(facts: list) -> str:
	return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]


def _spans(part: Part, as_of: date) -> Iterator[tuple[date | None, date | None]]:
	"""From when to when one page after the other is read: the month, or its days where it has more rows than a page."""
	if not part.data_set.moment:
		yield None, None
		return
	year, month = map(int, part.key.split("-"))
	first = date(year, month, 1)
	end = min(first + timedelta(days=monthrange(year, month)[1]), as_of)
	step = (end - first).days if part.rows <= PAGE else 1
	day = first
	while day < end:
		yield day, min(day + timedelta(days=step), end)
		day += timedelta(days=step)


def _page(data_set: DataSet, first: date | None, end: date | None, after: str) -> pd.DataFrame:
	selected = ", ".join(f"{column.term} as `{column.name}`" for column in data_set.columns)
	span = f"and {data_set.moment} >= %s and {data_set.moment} < %s" if first else ""
	return columns_of(
		f"select name as {NAME}, {selected} from `tab{data_set.doctype}` where {data_set.where} {span} and name > %s order by name limit {PAGE}",
		[*([first, end] if first else []), after],
		{NAME: str, **{column.name: str for column in data_set.columns}},
	)


def _finished(rows: pd.DataFrame, data_set: DataSet, names: Pseudonyms) -> pd.DataFrame:
	rows = rows.drop(columns=NAME)
	for column in data_set.columns:
		if column.kind in HIDDEN:
			rows[column.name] = names.of_all(column.kind, rows[column.name])
		elif column.kind == WHOLE:
			rows[column.name] = pd.to_numeric(rows[column.name].where(rows[column.name] > "")).astype("Int64")
	if data_set.moment:
		rows["month"] = month_number(rows["day"].to_numpy(np.int64))
	# In the order of names one could tell whose rows they are.
	hidden = [column.name for column in data_set.columns if column.kind in HIDDEN]
	return rows.sort_values(["dealership", *(["day"] if data_set.moment else []), *hidden], kind="stable", ignore_index=True) if hidden else rows


def month_of(day: date) -> int:
	"""The number of a day's month, as files hold it."""
	return 12 * day.year + day.month - 1


def day_of(day: date) -> int:
	"""A day as files hold it: days since 1970."""
	return day.toordinal() + 365 - DAYS_BEFORE_1970
