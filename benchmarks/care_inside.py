"""The part of benchmarks/care.py that measures inside the site; tests use it on a few hundred customers."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import frappe
from frappe.utils import getdate, nowdate

from benchmarks.care_fill import RULE, RUN, TASK, rules
from benchmarks.measuring import job, let_database_catch_up
from benchmarks.memory import Memory
from benchmarks.rows import as_in_test
from crm4s.care.run import run_all

SECONDS, MEGABYTES = 120, 2048
MESSAGE = "C4S Message"
SLICE = 50_000


def run(filled: dict, commit: bool = True) -> dict:
	"""The first day, the same day again, and the day after: what each takes and makes."""
	today, cars = getdate(nowdate()), filled["rows"]
	days = (("the first day, when everything that is due is new", today), ("the same day again", today), ("the day after, as on every day", today + timedelta(days=1)))
	jobs, made = [], []
	with as_in_test(not commit), _only_our_rules(commit) as names:
		for what, day in days:
			if commit:
				let_database_catch_up()
			taken = Memory.of(run_all, None, day)
			log = frappe.get_doc(RUN, taken["result"])
			failed = [row.rule for row in log.rules if row.error]
			if failed or len(log.rules) != len(names):
				raise AssertionError(f"Not every rule was run: {failed}")
			jobs.append(job(f"{len(names)} rules, {what}", cars, taken, SECONDS, MEGABYTES))
			made.append({"what": what, "found": sum(row.found for row in log.rules), "created": log.created, "rules": [_line(row) for row in log.rules]})
		twice = _made_twice()
	return {"jobs": jobs, "made": made, "twice": twice}


def _line(row) -> dict:
	return {"rule": row.rule, "found": row.found, "created": row.created, "seconds": row.seconds}


def _made_twice() -> int:
	"""Due things for which there is more than one task; the unique key says none."""
	return frappe.db.sql(f"select count(*) - count(distinct due_key) from `tab{TASK}` where due_key is not null")[0][0]


@contextmanager
def _only_our_rules(commit: bool) -> Iterator[list[str]]:
	_take_away(commit)
	before = frappe.get_all(RULE, {"enabled": 1}, pluck="name")
	frappe.db.set_value(RULE, {"enabled": 1}, "enabled", 0, update_modified=False)
	names = [frappe.get_doc(rule).insert().name for rule in rules()]
	if commit:
		frappe.db.commit()
	try:
		yield names
	finally:
		_take_away(commit)
		for name in before:
			frappe.db.set_value(RULE, name, "enabled", 1, update_modified=False)
		if commit:
			frappe.db.commit()


def _take_away(commit: bool) -> None:
	for doctype, filters in ((MESSAGE, "reference_doctype = 'C4S Care Task'"), (TASK, "rule like 'CB %%'")):
		while frappe.db.sql(f"select name from `tab{doctype}` where {filters} limit 1"):
			frappe.db.sql(f"delete from `tab{doctype}` where {filters} limit {SLICE}")
			if commit:
				frappe.db.commit()
	for name in frappe.get_all(RULE, {"name": ["like", "CB %"]}, pluck="name"):
		frappe.delete_doc(RULE, name, force=True)
