"""Writes the figures of a slice of customers, the changes of class that they bring, and what the customers' own files say of them.

A slice is one transaction: whoever is stopped leaves whole slices. What is the same already is left as it is, so the same again does no harm.
Of most customers nothing happened since yesterday: of them only what each day changes is written (`DAILY`), a third of the rows' text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import compress

import frappe
import numpy as np
import pandas as pd
from frappe.query_builder.functions import Count
from frappe.utils import now

from crm4s.customer_value.as_text import columns_of
from crm4s.customer_value.literals import DAY, TEXT, joined, joined_sql, literals
from crm4s.customer_value.summary import DATABASE_DAYS
from crm4s.rows.writer import slices

VALUE, CHANGE, CUSTOMER, RUN = "C4S Customer Value", "C4S Value Change", "C4S Customer", "C4S Value Run"
WHOLE_OF_SEVERAL, AT_ONCE, NAMES_AT_ONCE = "+", 2000, 500
# What is written of each row, and how.
COLUMNS = {
	"customer": TEXT, "dealership": TEXT, "is_whole": 0, "main_model": TEXT, "value_class": TEXT, "strategy": TEXT, "lifecycle": TEXT, "abc_class": TEXT,
	"first_on": DAY, "last_on": DAY, "visits": 0, "frequency": 0, "recency_weeks": 3, "age_weeks": 3, "deals": 0,
	"revenue": 2, "margin": 2, "relationship_cost": 2, "margin_after_cost": 2,
	"rfm_recency": 0, "rfm_frequency": 0, "rfm_monetary": 0, "rfm_cell": TEXT,
	"probability_alive": 2, "risk": 2, "expected_visits": 4, "expected_margin_per_visit": 2, "yearly_margin": 2, "yearly_cost": 2, "lifetime_value": 2,
	"value_if_staying": 2,
	"basis": TEXT,
}
# What moves with every day. The others stand as long as these do from which they follow.
DAILY = ("age_weeks", "probability_alive", "risk", "expected_visits", "expected_margin_per_visit", "yearly_margin", "yearly_cost", "lifetime_value", "value_if_staying")
STANDING = {
	column: COLUMNS[column] for column in (
		*("is_whole", "main_model", "value_class", "strategy", "lifecycle", "abc_class", "first_on", "last_on", "visits", "deals"),
		*("revenue", "margin", "relationship_cost", "rfm_cell", "basis"),
	)
}
STAMP = ("creation", "modified", "owner", "modified_by")
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
	"""Rows to be written; of each what stands, as one text, and what is to be written as SQL where the row is stored, or where it is not."""

	rows: pd.DataFrame
	standing: np.ndarray
	daily: list[str] | None
	whole: list[str] | None


def prepare(rows: pd.DataFrame, as_of: date, is_first: bool = False) -> Slice:
	"""What `write` needs; asks the database nothing.

	Args:
		rows: all rows of their customers.
		is_first: nothing is stored yet.
	"""
	standing = joined(rows, STANDING)
	return Slice(rows, standing, None, _whole(rows, as_of)) if is_first else Slice(rows, standing, _daily(rows, as_of), None)


def _daily(rows: pd.DataFrame, as_of: date) -> list[str]:
	return literals(rows, {"name": TEXT, **{column: COLUMNS[column] for column in DAILY}}, frappe.db.escape(str(as_of)))


def _whole(rows: pd.DataFrame, as_of: date) -> list[str]:
	stamp = ",".join(frappe.db.escape(value) for value in (str(as_of), now(), now(), frappe.session.user, frappe.session.user))
	return literals(rows, {"name": TEXT, **COLUMNS}, stamp)


def write(part: Slice, as_of: date, month: date) -> Written:
	"""Write a slice in the caller's transaction; the customers' own files are told by `tell_customers`."""
	rows = part.rows
	stored = _stored(rows["customer"].iloc[0], rows["customer"].iloc[-1])
	at = pd.Index(stored["name"]).get_indexer(rows["name"])
	changed = _write_rows(part, stored, at, as_of)
	return Written(len(rows), changed, _note_changes(rows, stored, at, as_of, month))


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


def _stored(first: str, last: str) -> pd.DataFrame:
	"""What is stored of a range of customers: name, customer, is_whole, value_class, standing. Nobody takes a row away before the caller commits."""
	value = frappe.qb.DocType(VALUE)
	frappe.qb.from_(value).select(Count("*")).where(value.customer[first:last]).for_update().run()
	query = f"select name, customer, is_whole, value_class, {joined_sql(STANDING, DATABASE_DAYS)} as standing from `tab{VALUE}` where customer between %s and %s"
	return columns_of(query, [first, last], {"name": str, "customer": str, "is_whole": int, "value_class": str, "standing": str})


def _write_rows(part: Slice, stored: pd.DataFrame, at: np.ndarray, as_of: date) -> int:
	"""Of each row what is not stored so; how many are not as they were.

	Args:
		at: the place of each row among the stored ones, -1 where it is new.
	"""
	stands = np.append(stored["standing"].to_numpy(), None)[at] == part.standing
	counted = _upsert(_texts(part.daily, _daily, part.rows, stands, as_of), ("name", *DAILY, "computed_on"))
	counted += _upsert(_texts(part.whole, _whole, part.rows, ~stands, as_of), ("name", *COLUMNS, "computed_on", *STAMP))
	# The database counts an inserted row once, a changed one twice and one that is the same not at all.
	new = int((at < 0).sum())
	return max(0, counted - new) // 2 + new


def _texts(prepared: list[str] | None, make, rows: pd.DataFrame, wanted: np.ndarray, as_of: date) -> list[str]:
	if wanted.all() and prepared:
		return prepared
	return list(compress(prepared, wanted)) if prepared else make(rows[wanted], as_of)


def _upsert(texts: list[str], columns: tuple[str, ...]) -> int:
	"""Insert or update in one statement; what the database counts."""
	if not texts:
		return 0
	changes = ", ".join(f"`{column}` = values(`{column}`)" for column in columns if column not in ("name", *STAMP))
	frappe.db.sql(f"insert into `tab{VALUE}` ({', '.join(f'`{column}`' for column in columns)}) values {','.join(texts)} on duplicate key update {changes}")
	return frappe.db.sql("select row_count()")[0][0]


def _note_changes(rows: pd.DataFrame, stored: pd.DataFrame, at: np.ndarray, as_of: date, month: date) -> int:
	"""A row for each class that rose or fell since the day began, and for each customer who is new since the first run; how many classes changed now."""
	if stored.empty and not _is_followed():
		return 0
	earlier = pd.Series(np.append(stored["value_class"].to_numpy(), "")[at], index=rows.index)
	# Who begins to deal with a second store has another whole row, and is not new.
	is_new = (at < 0) & (rows["is_whole"] == 1).to_numpy()
	whole = stored[stored["is_whole"] == 1].drop_duplicates("customer", keep="last").set_index("customer")["value_class"]
	earlier[is_new] = rows.loc[is_new, "customer"].map(whole).fillna("")
	moved = rows[earlier != rows["value_class"]]
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


def tell_customers(rows: pd.DataFrame) -> None:
	"""The classes in the customers' files, for lists and filters; only where they differ, and without touching when the file was changed.

	Args:
		rows: all rows of a range of customers.
	"""
	told = rows[rows["told"]]
	fields = {"name": str, **dict.fromkeys(OF_CUSTOMER, str)}
	query = f"select {', '.join(f'`{field}`' for field in fields)} from `tab{CUSTOMER}` where name between %s and %s"
	stored = columns_of(query, [rows["customer"].iloc[0], rows["customer"].iloc[-1]], fields).set_index("name").reindex(told["customer"])
	wanted = told[[*OF_CUSTOMER.values()]]
	# A customer who is gone meanwhile is told nothing.
	differs = (stored.to_numpy() != wanted.to_numpy()).any(axis=1) & stored["value_class"].notna().to_numpy()
	for classes, some in told[differs].groupby([*OF_CUSTOMER.values()]):
		names = some["customer"].tolist()
		for start in range(0, len(names), NAMES_AT_ONCE):
			_tell(dict(zip(OF_CUSTOMER, classes, strict=True)), names[start : start + NAMES_AT_ONCE])


def _tell(classes: dict[str, str], names: list[str]) -> None:
	customer = frappe.qb.DocType(CUSTOMER)
	query = frappe.qb.update(customer).where(customer.name.isin(names))
	for field, value in classes.items():
		query = query.set(customer[field], value)
	query.run()
