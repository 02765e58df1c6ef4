"""Stores side by side, out of the files of all sites that write to the same place."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import frappe
import pandas as pd

from crm4s.group_data import figures, manifests
from crm4s.group_data.engines import DuckDB
from crm4s.group_data.folders import Folder
from crm4s.group_data.manifests import Manifest
from crm4s.group_data.places import group_folder
from crm4s.group_data.source import month_of
from crm4s.sealing import digest

CACHE_SECONDS = 24 * 3600
KEYS = ["site", "dealership"]
# What each figure rests on: with fewer customers or cars it is not told.
RESTS_ON = {
	"visit_customers": ("visits", "visit_customers", "amount", "amount_per_visit", "margin"),
	"deal_customers": ("deals", "deal_customers", "deal_amount", "deal_margin"),
	"cars": ("cars", "back", "back_percent"),
}


@dataclass
class Exports:
	"""What all sites gave.

	Attributes:
		unreadable: names of sites whose list cannot be read.
	"""

	found: list[tuple[Folder, Manifest]] = field(default_factory=list)
	unreadable: list[str] = field(default_factory=list)

	@property
	def as_of(self) -> date | None:
		"""The first day that is not in all of them."""
		return min((manifest.as_of for _folder, manifest in self.found), default=None)


def exports() -> Exports:
	"""The newest whole export of each site.

	Raises:
		GroupDataError: the place cannot be used.
	"""
	group, answer = group_folder(), Exports()
	for name in group.names():
		folder = group.below(name)
		try:
			manifest = manifests.read(folder)
		except manifests.UnreadableManifestError:
			answer.unreadable.append(name)
			continue
		# A list that was copied into another site's folder would count its stores twice.
		if manifest and manifest.site == name:
			answer.found.append((folder, manifest))
		elif manifest:
			answer.unreadable.append(name)
	return answer


def side_by_side(given: Exports, first: date, last: date, within: int) -> list[dict]:
	"""A row a store that has dealings in the time: site, dealership, title, and the figures of RESTS_ON; counted once for each set of exports.

	Args:
		first, last: days, both included.
		within: a car that was here so many months before a month of the time counts as seen again if it came until then, as churn is told. Of months that are not
			over nothing is counted.
	"""
	marks = [manifest.mark for _folder, manifest in given.found]
	return _remembered(["side by side", marks, str(first), str(last), within], lambda: _counted(given, first, last, within))


def _remembered(of: list, count: Callable[[], list[dict]]) -> list[dict]:
	key = f"crm4s_group_data:{digest(json.dumps(of))}"
	if (known := frappe.cache().get_value(key, expires=True)) is not None:
		return known
	fresh = count()
	frappe.cache().set_value(key, fresh, expires_in_sec=CACHE_SECONDS)
	return fresh


def _counted(given: Exports, first: date, last: date, within: int) -> list[dict]:
	engine = DuckDB(given.found)
	try:
		rows = _visits(engine, first, last).merge(_deals(engine, first, last), how="outer", on=KEYS)
		rows = rows.merge(_back(engine, given, first, last, within), how="outer", on=KEYS)
		rows = rows.merge(engine.rows("select site, dealership, title from stores"), how="left", on=KEYS)
	finally:
		engine.close()
	numbers = [column for column in rows if column not in (*KEYS, "title")]
	rows[numbers] = rows[numbers].astype(float).fillna(0)
	rows["title"] = rows["title"].fillna(rows["dealership"])
	return [_told(row, numbers) for row in rows.sort_values(["amount", *KEYS], ascending=[False, True, True]).to_dict("records")]


def _told(row: Mapping, numbers: list[str]) -> dict:
	told = {**{key: row[key] for key in (*KEYS, "title")}, **{name: round(row[name], 2) for name in numbers}}
	told["amount_per_visit"] = round(row["amount"] / row["visits"], 2) if row["visits"] else None
	told["back_percent"] = round(100 * row["back"] / row["cars"], 1) if row["cars"] else None
	return told


def _visits(engine: DuckDB, first: date, last: date) -> pd.DataFrame:
	return engine.rows(
		f"""select site, dealership, count(*) as visits, count(distinct customer) as visit_customers, sum(total_amount) as amount, sum(margin) as margin
		from visits where {figures.within(first, last)} group by site, dealership"""
	)


def _deals(engine: DuckDB, first: date, last: date) -> pd.DataFrame:
	return engine.rows(
		f"""select site, dealership, count(*) as deals, count(distinct customer) as deal_customers, sum(price_amount) as deal_amount, sum(margin) as deal_margin
		from deals where {figures.within(first, last)} group by site, dealership"""
	)


def _back(engine: DuckDB, given: Exports, first: date, last: date, within: int) -> pd.DataFrame:
	over = month_of(given.as_of) - 1 - within if given.as_of else 0
	return figures.came_back(engine, within, month_of(first) - within, min(month_of(last) - within, over))


def without_few(rows: list[dict], fewest: int) -> tuple[list[dict], int]:
	"""The rows without figures that rest on fewer customers or cars than `fewest`; how many figures that took."""
	hidden = 0
	for row in rows:
		for base, names in RESTS_ON.items():
			if 0 < row[base] < fewest:
				row.update(dict.fromkeys(names))
				hidden += 1
	return rows, hidden
