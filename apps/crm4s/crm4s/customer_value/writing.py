"""Writes the figures of a slice of customers, the changes of class that they bring, and what the customers' own files say of them.

A slice is one transaction: whoever is stopped leaves whole slices. What is the same already is left as it is, so the same again does no harm.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import frappe
import numpy as np
import pandas as pd
from frappe.utils import now

from crm4s.rows.writer import slices

VALUE, CHANGE, CUSTOMER, RUN = "C4S Customer Value", "C4S Value Change", "C4S Customer", "C4S Value Run"
WHOLE_OF_SEVERAL, AT_ONCE = "+", 2000
# What is written of each row, and how: text, a day as number, or a number with so many decimals.
TEXT, DAY = "text", "day"
FIELD, LINE, QUOTE = "\x1f", "\x1e", "\x1d"
COLUMNS = {
	"customer": TEXT, "dealership": TEXT, "is_whole": 0, "main_model": TEXT, "value_class": TEXT, "strategy": TEXT, "lifecycle": TEXT, "abc_class": TEXT,
	"first_on": DAY, "last_on": DAY, "visits": 0, "frequency": 0, "recency_weeks": 3, "age_weeks": 3, "deals": 0,
	"revenue": 2, "margin": 2, "relationship_cost": 2, "margin_after_cost": 2,
	"rfm_recency": 0, "rfm_frequency": 0, "rfm_monetary": 0, "rfm_cell": TEXT,
	"probability_alive": 2, "risk": 2, "expected_visits": 4, "expected_margin_per_visit": 2, "yearly_margin": 2, "yearly_cost": 2, "lifetime_value": 2,
	"value_if_staying": 2,
	"basis": TEXT,
}
OF_CUSTOMER = {"value_class": "value_class", "strategy": "strategy", "lifecycle_stage": "lifecycle", "abc_class": "abc_class"}


@dataclass
class Written:
	rows: int = 0
	changed: int = 0
	class_changes: int = 0

	def __iadd__(self, other: "Written") -> "Written":
		self.rows += other.rows
		self.changed += other.changed
		self.class_changes += other.class_changes
		return self


def rows_to_write(summary: pd.DataFrame, figures: pd.DataFrame) -> pd.DataFrame:
	"""The rows of the table, in the order of the customers; `told` is the one that the customer's file shows: of several groups that of the last dealing."""
	rows = figures.copy(deep=False)
	rows["customer"], rows["dealership"], rows["main_model"] = summary["customer"], summary["dealership"], summary["model"]
	rows["is_whole"], rows["first_on"], rows["last_on"] = summary["is_whole"], summary["first_day"], summary["last_day"]
	rows["probability_alive"], rows["risk"] = rows["probability_alive"] * 100, rows["risk"] * 100
	rows["name"] = names_of(summary)
	dealt = summary[["last_day", "last_deal_day"]].max(axis=1).where(summary["is_whole"] == 1, -1)
	newest = pd.DataFrame({"customer": summary["customer"], "dealt": dealt}).sort_values("dealt", kind="stable").drop_duplicates("customer", keep="last")
	rows["told"] = rows.index.isin(newest.index)
	return rows[["name", *COLUMNS, "told"]]


def names_of(summary: pd.DataFrame) -> pd.Series:
	"""The rows' names in the table."""
	return summary["customer"] + "-" + summary["dealership"] + summary["several"].map({0: "", 1: WHOLE_OF_SEVERAL})


def classes_before(names: Sequence[str]) -> list[str]:
	"""The value classes that stand in the rows of these names, empty where there is no such row."""
	value, known = frappe.qb.DocType(VALUE), {}
	for part in slices(names, AT_ONCE):
		known.update(frappe.qb.from_(value).select(value.name, value.value_class).where(value.name.isin(part)).run())
	return [known.get(name) or "" for name in names]


@dataclass(frozen=True)
class Slice:
	"""Rows to be written, and the same as text of SQL."""

	rows: pd.DataFrame
	literals: str


def prepare(rows: pd.DataFrame, as_of: date) -> Slice:
	"""What `write` needs; asks the database nothing. `rows` are all rows of their customers."""
	stamp = ", ".join(frappe.db.escape(value) for value in (str(as_of), now(), now(), frappe.session.user, frappe.session.user))
	return Slice(rows, _literals(rows, stamp))


def write(part: Slice, as_of: date, month: date) -> Written:
	"""Write a slice in the caller's transaction."""
	rows = part.rows
	first, last = rows["customer"].iloc[0], rows["customer"].iloc[-1]
	stored = _classes(first, last)
	changed = _upsert(part, {row.name for row in stored})
	changes = _note_changes(rows, stored, as_of, month)
	_tell_customers(rows, as_of)
	return Written(len(rows), changed, changes)


def forget_older(as_of: date, month: date, computed: int) -> int:
	"""Take away rows of who has no dealings any more: they were not computed this time; of how many customers. The log tells that they left.

	Args:
		computed: how many rows were; where there are no more, none is looked for.
	"""
	if frappe.db.count(VALUE) <= computed:
		return 0
	value = frappe.qb.DocType(VALUE)
	stale = frappe.qb.from_(value).where(value.computed_on < as_of)
	gone = stale.select(value.name, value.customer, value.dealership, value.is_whole, value.value_class).run(as_dict=True)
	customers = sorted({row.customer for row in gone})
	_note_gone(gone, customers, as_of, month)
	frappe.db.delete(VALUE, {"computed_on": ["<", as_of]})
	customer, rest = frappe.qb.DocType(CUSTOMER), frappe.qb.from_(value).select(value.customer).where(value.is_whole == 1)
	if customers:
		query = frappe.qb.update(customer).where(customer.name.isin(customers)).where(customer.name.notin(rest.where(value.customer.isin(customers))))
		for fieldname in OF_CUSTOMER:
			query = query.set(customer[fieldname], "Acquisition" if fieldname == "lifecycle_stage" else "")
		query.run()
	return len(customers)


def _note_gone(gone: list, customers: list[str], as_of: date, month: date) -> None:
	value = frappe.qb.DocType(VALUE)
	still = frappe.qb.from_(value).select(value.customer).where(value.customer.isin(customers or [""]) & (value.is_whole == 1) & (value.computed_on >= as_of))
	still = set(still.run(pluck=True))
	lost = [row for row in gone if not (row.name.endswith(WHOLE_OF_SEVERAL) and row.customer in still)]
	# To a store is lost who still deals with another one, but not to the group.
	changes = [(f"{row.name}-{as_of:%y%m%d}", row.customer, row.dealership, int(row.is_whole and row.customer not in still), as_of, month, row.value_class, "") for row in lost]
	for start in range(0, len(changes), AT_ONCE):
		_insert_changes(changes[start : start + AT_ONCE])


def _classes(first: str, last: str) -> list:
	value = frappe.qb.DocType(VALUE)
	return frappe.qb.from_(value).select(value.name, value.customer, value.is_whole, value.value_class).where(value.customer[first:last]).run(as_dict=True)


def _upsert(part: Slice, before: set) -> int:
	"""Insert or update in one statement; how many rows are not as they were.

	The values were made text as a whole: a parameter for each would take longer than the database does.
	"""
	columns = ["name", *COLUMNS, "computed_on", "creation", "modified", "owner", "modified_by"]
	changes = ", ".join(f"`{column}` = values(`{column}`)" for column in [*COLUMNS, "computed_on"])
	frappe.db.sql(f"insert into `tab{VALUE}` ({', '.join(f'`{column}`' for column in columns)}) values {part.literals} on duplicate key update {changes}")
	# The database counts an inserted row once, a changed one twice and one that is the same not at all.
	counted = frappe.db.sql("select row_count()")[0][0]
	new = len(part.rows) - int(part.rows["name"].isin(before).sum())
	return max(0, counted - new) // 2 + new


def _literals(rows: pd.DataFrame, stamp: str) -> str:
	"""The rows as SQL, each ending with `stamp`. Separators are characters that no text has, so that nothing needs quotes but text."""
	shown = {column: _shown(rows[column], COLUMNS.get(column, TEXT)) for column in ("name", *COLUMNS)}
	text = io.StringIO()
	pd.DataFrame(shown).to_csv(text, header=False, index=False, sep=FIELD, lineterminator=LINE, quoting=csv.QUOTE_NONE, quotechar=QUOTE)
	lines = text.getvalue()[: -len(LINE)].replace(FIELD, ",").replace(LINE, f",{stamp}),(")
	return f"({lines},{stamp})"


def _shown(values: pd.Series, kind: str | int) -> pd.Series:
	if kind == TEXT:
		codes, words = pd.factorize(values)
		return pd.Series(np.array([frappe.db.escape(word, percent=False) for word in words], dtype=object)[codes], index=values.index)
	if kind == DAY:
		days = {day: f"'{date.fromordinal(day)}'" if day else "null" for day in values.unique()}
		return values.map(days)
	return values.round(kind) if kind else values


def _note_changes(rows: pd.DataFrame, stored: list, as_of: date, month: date) -> int:
	"""A row for each class that rose or fell since the day began, and for each customer who is new since the first run; how many classes changed now."""
	before = {row.name: row.value_class for row in stored}
	# Who begins to deal with a second store has another whole row, and is not new.
	whole = {row.customer: row.value_class for row in stored if row.is_whole}
	earlier = rows["name"].map(before)
	earlier = earlier.where(earlier.notna() | (rows["is_whole"] != 1), rows["customer"].map(whole)).fillna("")
	moved = rows[earlier != rows["value_class"]]
	if not stored and not _is_followed():
		return 0
	if not moved.empty:
		_insert_changes(
			[(f"{row.name}-{as_of:%y%m%d}", row.customer, row.dealership, row.is_whole, as_of, month, was, row.value_class) for row, was in zip(moved.itertuples(), earlier[moved.index], strict=True)]
		)
		_add_values(moved, as_of)
	return int((earlier[moved.index] != "").sum())


def _is_followed() -> bool:
	"""Whether there was a whole run before: in the first one everybody would be new."""
	return bool(frappe.db.exists(RUN, {"status": "Done"}))


def _insert_changes(changes: list[tuple]) -> None:
	"""On one day the first class before and the last one after count; who is back where the day began has not changed.

	Args:
		changes: name, customer, dealership, is_whole, day, month, class before and after.
	"""
	stamp = (now(), now(), frappe.session.user, frappe.session.user)
	frappe.db.sql(
		f"""insert into `tab{CHANGE}`
			(name, creation, modified, owner, modified_by, customer, dealership, is_whole, changed_on, month, class_before, class_after)
		values {', '.join([f"({', '.join(['%s'] * 12)})"] * len(changes))} on duplicate key update class_after = values(class_after)""",
		[value for name, *values in changes for value in (name, *stamp, *values)],
	)
	change = frappe.qb.DocType(CHANGE)
	frappe.qb.from_(change).delete().where(change.name.isin([name for name, *_rest in changes]) & (change.class_before == change.class_after)).run()


def _add_values(moved: pd.DataFrame, as_of: date) -> None:
	frappe.db.sql(
		f"""update `tab{CHANGE}` noted join `tab{VALUE}` value
			on value.customer = noted.customer and value.dealership = noted.dealership and value.is_whole = noted.is_whole
		set noted.lifetime_value = value.lifetime_value
		where noted.changed_on = %s and noted.customer between %s and %s""",
		[as_of, moved["customer"].min(), moved["customer"].max()],
	)


def _tell_customers(rows: pd.DataFrame, as_of: date) -> None:
	"""The classes in the customers' files, for lists and filters; only where they differ, and without touching when the file was changed."""
	sets = ", ".join(f"customer.`{field}` = value.`{source}`" for field, source in OF_CUSTOMER.items())
	differs = " or ".join(f"not customer.`{field}` <=> value.`{source}`" for field, source in OF_CUSTOMER.items())
	# Rows of an earlier day are about to go, and of several groups one is told.
	others = rows["name"][(rows["is_whole"] == 1) & ~rows["told"]].tolist()
	unless = f"and value.name not in ({', '.join(['%s'] * len(others))})" if others else ""
	frappe.db.sql(
		f"""update `tab{CUSTOMER}` customer join `tab{VALUE}` value on value.customer = customer.name and value.is_whole = 1 and value.computed_on = %s {unless}
		set {sets} where customer.name between %s and %s and ({differs})""",
		[as_of, *others, rows["customer"].iloc[0], rows["customer"].iloc[-1]],
	)
