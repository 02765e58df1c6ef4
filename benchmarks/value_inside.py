"""The part of benchmarks/value.py that measures inside the site; tests use it on a few hundred customers."""

import os
from datetime import date
from time import perf_counter

import frappe
from frappe.utils import add_days, getdate, nowdate

from benchmarks.measuring import database_seconds, job, let_database_catch_up
from benchmarks.memory import Memory
from benchmarks.rows import as_in_test
from benchmarks.value_fill import CAR, COST, CUSTOMER, DEAL, ITEM, RELATIONSHIP, STATE, VISIT
from crm4s.customer_value import jobs

VALUE, CHANGE, MONTH, RUN = "C4S Customer Value", "C4S Value Change", "C4S Value Month", "C4S Value Run"
FULL_ROWS, SECONDS, MEGABYTES = 1_000_000, 60, 4096
CENT = 0.01


def run(filled: dict, commit: bool = True) -> dict:
	"""The first night, the same day again, and the night after."""
	if commit:
		let_database_catch_up()
	today = getdate(nowdate())
	with as_in_test(not commit):
		_forget_values(commit)
		took = [_take(what, filled, day) for what, day in (
			("the first night: every row is new", today), ("the same day again: nothing to write", today), ("the night after: every row is a day older", getdate(add_days(today, 1))),
		)]
	return {"jobs": [row for row, _steps in took], "steps": took[0][1], "checks": _checks(getdate(add_days(today, 1))), "filled": filled}


def _take(what: str, filled: dict, day: date) -> tuple[dict, dict]:
	"""A row of the table of jobs, and the seconds of each step."""
	marks: list[tuple[float, str]] = []
	began, busy = perf_counter(), database_seconds()
	taken = Memory.of(jobs.run, day, lambda _percent, step: marks.append((perf_counter() - began, step)))
	if not taken["result"]:
		raise AssertionError("Another computation of values is under way.")
	is_full = filled["rows"] == FULL_ROWS
	row = job(what, filled["visits"], taken, SECONDS if is_full else None, MEGABYTES)
	row, steps = {**row, "database": database_seconds() - busy, "load": os.getloadavg()[0]}, _steps(marks, taken["seconds"])
	print(f"processor s of Python {row['processor']:,.1f}, of the database {row['database']:,.1f}, load {row['load']:.1f}, {steps}", flush=True)
	return row, steps


def _steps(marks: list[tuple[float, str]], end: float) -> dict[str, float]:
	"""A step is told when a part of it is done, computing when it begins."""
	read = max((at for at, step in marks if step == jobs.READING), default=0.0)
	computing = max((at for at, step in marks if step == jobs.COMPUTING), default=read)
	written = [at for at, step in marks if step == jobs.WRITING]
	slice_seconds = written[1] - written[0] if len(written) > 1 else 0.0
	writing = written[0] - slice_seconds if written else end
	return {"read": computing, "compute": max(writing - computing, 0.0), "write": max(end - max(writing, computing), 0.0)}


def _checks(day: date) -> list[dict]:
	"""What the values say in sum, and what the documents say."""
	values = frappe.db.sql(f"select count(*), sum(revenue) from `tab{VALUE}` where is_whole = 1")[0]
	visits = frappe.db.sql(f"select sum(customer_amount) from `tab{VISIT}` where status = 'Settled' and settled_on < %s and customer > ''", day)[0][0]
	deals = frappe.db.sql(f"select sum(price_amount) from `tab{DEAL}` where status = 'Delivered' and delivered_on < %s and customer > ''", day)[0][0]
	documents = float(visits or 0) + float(deals or 0)
	return [{"name": "revenue", "values": float(values[1] or 0), "documents": documents, "is_right": abs(float(values[1] or 0) - documents) <= CENT * max(values[0], 1)}]


def _forget_values(commit: bool) -> None:
	for doctype in (VALUE, CHANGE, MONTH, RUN):
		if commit:
			frappe.db.sql_ddl(f"truncate table `tab{doctype}`")
		else:
			frappe.db.delete(doctype)
	# The builder would put a million names into a list.
	frappe.db.sql(f"update `tab{CUSTOMER}` set value_class = null, strategy = null, lifecycle_stage = null, abc_class = null where value_class > ''")
	if commit:
		frappe.db.commit()


def clear() -> None:
	"""Take away what an earlier fill of another size made; of the benchmark's own instance."""
	for doctype in (CUSTOMER, RELATIONSHIP, CAR, VISIT, DEAL, COST, ITEM):
		frappe.db.sql_ddl(f"truncate table `tab{doctype}`")
	frappe.db.set_global(STATE, "null")
	frappe.db.commit()
