"""Counts anew, from settled workshop visits and deliveries, how many cars of each month came back: the one writer of C4S Return Month.

Every night over all cars, 20,000 at a time, in the memory of these; a month is written only where something changed, each in a transaction of its own, so
a run that was killed leaves whole months and two at once write the same.
"""

from collections.abc import Iterator

import frappe
import numpy as np
import pandas as pd
from frappe.utils import now

from crm4s.crm4s.doctype.c4s_return_month.c4s_return_month import RETURN_MONTH
from crm4s.crm4s.doctype.c4s_vehicle.car_sets import CAR
from crm4s.reports.returns import COUNTS, KEYS, add_up, count_returns, month_start
from crm4s.rows.writer import Writes
from crm4s.runs import Progress, commit
from crm4s.turns import turn
from crm4s.workflows.placing import end_of_batch

VISIT = "C4S Service Visit"
PROGRESS = Progress("crm4s_return_months")
BATCH, FOLDED = 20_000, 8
# Seconds for which a second run waits for the first.
WAIT = 600
# What MariaDB calls the first day of 1970.
DAYS_BEFORE_1970 = 719_528
STORE_END = "\x1f"


def recompute() -> int:
	"""How many months were written; two at once take turns."""
	with turn("returns", WAIT) as is_mine:
		return _recompute() if is_mine else 0


def _recompute() -> int:
	began, names = now(), Names()
	parts: list[pd.DataFrame] = []
	for part in _counted(names):
		# Most rows of a part are those of others: added up now and then, they take the memory of the result.
		parts = [add_up([*parts, part])] if len(parts) == FOLDED else [*parts, part]
	counts = names.put_back(add_up(parts))
	fresh = dict(list(counts.groupby("month")))
	written = sum(_write(month, fresh.get(month)) for month in sorted({*fresh, *_months_stored()}))
	PROGRESS.note(as_of=began)
	return written


def as_of() -> str | None:
	"""When the counts were made; None before the first time."""
	return PROGRESS.state().get("as_of")


class Names:
	"""Stores and models as numbers, by which millions of rows are summed many times faster than by texts."""

	def __init__(self):
		self.numbers: dict[str, int] = {}

	def number(self, name: str) -> int:
		return self.numbers.setdefault(name, len(self.numbers))

	def put_back(self, counts: pd.DataFrame) -> pd.DataFrame:
		"""The counts with names, and the first day of each month."""
		names = np.array([*self.numbers, ""], object)
		told = {column: names[counts[column].to_numpy(np.int64)] for column in ("dealership", "model")}
		starts = {month: month_start(int(month)) for month in counts["month"].unique()}
		return counts.assign(**told, month=counts["month"].map(starts))


def _counted(names: Names) -> Iterator[pd.DataFrame]:
	after = ""
	yield count_returns(_visits([], [], names), _deliveries([], names))
	while last := end_of_batch(CAR, after, BATCH):
		commit()
		cars = _cars(after, last)
		yield count_returns(_visits(_read_visits(after, last), cars, names), _deliveries(cars, names))
		after = last


def _cars(after: str, last: str) -> list:
	return frappe.db.sql(
		f"select name, coalesce(model, ''), to_days(delivered_on), coalesce(dealership, '') from `tab{CAR}` where name > %s and name <= %s", (after, last)
	)


def _read_visits(after: str, last: str) -> list:
	"""A row a car with the days and stores of its visits as two texts: to fetch a row a visit takes ten times as long."""
	return frappe.db.sql(
		f"""select vehicle, count(*), group_concat(to_days(settled_on) order by settled_on, name separator ','),
			group_concat(dealership order by settled_on, name separator '{STORE_END}')
		from `tab{VISIT}` where vehicle > %s and vehicle <= %s and status = 'Settled' and visit_kind = 'Workshop' and settled_on is not null group by vehicle""",
		(after, last),
	)


def _visits(rows: list, cars: list, names: Names) -> pd.DataFrame:
	"""A row a visit, cars by their place in `cars`."""
	places = {name.casefold(): (place, names.number(model)) for place, (name, model, _delivered, _store) in enumerate(cars)}
	# A car whose row is gone still came, of no model; the database takes names of other case for the same.
	known = [places.get(row[0].casefold()) or (len(cars) + place, names.number("")) for place, row in enumerate(rows)]
	known = np.array(known, np.int64).reshape(-1, 2)
	car, model = np.repeat(known, [int(row[1]) for row in rows], axis=0).T
	days = np.array(",".join(row[2] for row in rows).split(",") if rows else [], np.int64)
	stores = [names.number(store) for store in STORE_END.join(row[3] for row in rows).split(STORE_END)] if rows else []
	return pd.DataFrame({"vehicle": car, "day": days - DAYS_BEFORE_1970, "dealership": np.array(stores, np.int64), "model": model})


def _deliveries(cars: list, names: Names) -> pd.DataFrame:
	rows = [(place, int(day) - DAYS_BEFORE_1970, names.number(store), names.number(model)) for place, (_name, model, day, store) in enumerate(cars) if day and store]
	return pd.DataFrame(rows, columns=["vehicle", "day", "dealership", "model"], dtype=np.int64)


def _months_stored() -> list[str]:
	return [str(month) for month in frappe.get_all(RETURN_MONTH, distinct=True, pluck="month", order_by="month")]


def _write(month: str, counts: pd.DataFrame | None) -> bool:
	"""The rows of a month instead of those that were there; whether they differed."""
	columns = [*KEYS, *COUNTS]
	stored = {(*row[:2], str(row[2]), *row[3:]) for row in frappe.db.sql(f"select {', '.join(columns)} from `tab{RETURN_MONTH}` where month = %s for update", month)}
	fresh = set() if counts is None else set(counts[columns].itertuples(index=False, name=None))
	if fresh != stored:
		frappe.db.delete(RETURN_MONTH, {"month": month})
		writes = Writes()
		for row in sorted(fresh):
			# A name that begins with the month: the rows of a month lie together.
			writes.insert(RETURN_MONTH, {"name": f"{month}-{frappe.generate_hash(length=12)}", **dict(zip(columns, row, strict=True))})
		writes.flush()
	commit()
	return fresh != stored
