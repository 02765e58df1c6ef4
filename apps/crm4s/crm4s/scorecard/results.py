"""Counts KPIs by store, person and month: the one writer of C4S KPI Result.

This month and the last are counted anew each night, earlier ones stay as they were reported. A KPI that is new, or whose formula changed, is counted for the
last thirteen months once. Rows are named by what they tell, so a run that was killed, or two at once, write the same.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from datetime import date

import frappe
from frappe.utils import getdate, now_datetime

from crm4s.access.stores import DEALERSHIP
from crm4s.rows.writer import new_values
from crm4s.runs import Progress, commit, guarded
from crm4s.scorecard.counting import Amounts, Window
from crm4s.scorecard.measures import MEASURES
from crm4s.value.scorecard import first_of_window, kpi_value

KPI, RESULT = "C4S KPI", "C4S KPI Result"
# A year, and the month before it to compare with.
MONTHS = 13
FILLED = Progress("crm4s_kpi_formulas")
FORMULA = ("numerator", "denominator", "factor", "window_months")
COUNTED_ANEW = 2


def run_nightly() -> None:
	"""This month and the last of every KPI; all months of one that was never counted like this."""
	this_month = getdate().replace(day=1)
	filled = FILLED.state()
	for kpi in enabled_kpis():
		months = COUNTED_ANEW if filled.get(kpi.name) == formula_of(kpi) else MONTHS
		done = guarded(lambda: [count_month(kpi, month) for month in last_months(this_month, months)], f"Scorecard: {kpi.name}")
		if done is not None and months == MONTHS:
			FILLED.note(**{kpi.name: formula_of(kpi)})


def count_again(month: date) -> int:
	"""Count one month of every KPI anew, whatever was reported of it; return how many rows changed."""
	return sum(count_month(kpi, month) for kpi in enabled_kpis())


def enabled_kpis() -> list:
	return frappe.get_all(KPI, {"enabled": 1}, ["*"], order_by="sequence, name")


def formula_of(kpi) -> str:
	return "|".join(str(kpi[field]) for field in FORMULA)


def last_months(month: date, count: int) -> list[date]:
	"""So many months up to `month`, the oldest first."""
	return [first_of_window(month, back) for back in range(count, 0, -1)]


def count_month(kpi, month: date) -> int:
	"""Write what a KPI was in a month, of every node and person; return how many rows were written or taken away."""
	window = Window.ending_with(month, kpi.window_months)
	numerator, denominator = (_summed(MEASURES[name].count(window)) for name in (kpi.numerator, kpi.denominator))
	rows = [_row(kpi, month, *key, numerator.get(key, 0.0), below) for key, below in denominator.items() if below]
	return _write(kpi, month, rows)


def _summed(amounts: Amounts) -> dict[tuple[str, str], float]:
	"""By node and person; what is a person's or nobody's is the store's as well, and that of every node above it."""
	above, sums = ways_up(), defaultdict(float)
	for store, person, amount in amounts:
		if person:
			sums[store, person] += amount
		for node in above.get(store, ()):
			sums[node, ""] += amount
	return dict(sums)


def ways_up() -> dict[str, list[str]]:
	"""Of each node itself and all above it, the nearest first."""
	parents = dict(frappe.get_all(DEALERSHIP, fields=["name", "parent_c4s_dealership"], as_list=True))
	return {node: list(_way_up(node, parents)) for node in parents}


def _way_up(node: str, parents: dict[str, str | None]) -> Iterable[str]:
	while node in parents:
		yield node
		node = parents[node] or ""


def _row(kpi, month: date, store: str, person: str, numerator: float, denominator: float) -> dict:
	name = hashlib.sha1("|".join((kpi.name, store, person, str(month))).encode()).hexdigest()[:20]
	amounts = {"numerator": round(numerator, 4), "denominator": round(denominator, 4)}
	value = round(kpi_value(numerator, denominator, kpi.factor), 4)
	about = any(MEASURES[measure].rests_on_answers for measure in (kpi.numerator, kpi.denominator))
	return {"name": name, "kpi": kpi.name, "dealership": store, "person": person, "month": month, "value": value, "rests_on_answers": int(about), **amounts}


def _write(kpi, month: date, rows: list[dict]) -> int:
	stored = {row.pop("name"): row for row in frappe.get_all(RESULT, {"kpi": kpi.name, "month": month}, ["name", "numerator", "denominator", "value"])}
	changed = [row for row in rows if any(stored.get(row["name"], {}).get(field) != row[field] for field in ("numerator", "denominator", "value"))]
	gone = set(stored) - {row["name"] for row in rows}
	_put(sorted(changed, key=lambda row: row["name"]))
	if gone:
		frappe.db.delete(RESULT, {"name": ["in", sorted(gone)]})
	commit()
	return len(changed) + len(gone)


def _put(rows: list[dict]) -> None:
	"""Insert the rows, or change those that are there; one statement, as Frappe has none that does either."""
	if not rows:
		return
	now = now_datetime()
	stamp = {"owner": "Administrator", "modified_by": "Administrator", "creation": now, "modified": now, "docstatus": 0, "idx": 0, "counted_on": now}
	complete = [{**new_values(RESULT), **stamp, **row} for row in rows]
	columns = list(complete[0])
	places = ", ".join(["(" + ", ".join(["%s"] * len(columns)) + ")"] * len(complete))
	changes = ", ".join(f"`{column}` = values(`{column}`)" for column in ("numerator", "denominator", "value", "rests_on_answers", "counted_on", "modified"))
	names = ", ".join(f"`{column}`" for column in columns)
	values = [row[column] for row in complete for column in columns]
	frappe.db.sql(f"insert into `tab{RESULT}` ({names}) values {places} on duplicate key update {changes}", values)
