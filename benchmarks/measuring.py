"""One question asked often, and one job done once: what they take, and whether that is what is wanted."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter, process_time, sleep
from typing import Any

import frappe
import numpy as np

# What a job over any number of rows may take.
FLAT_MB = 64
# Transactions whose old rows are still to be cleared away.
LITTLE_HISTORY, CATCH_UP_SECONDS = 50, 600


def question(what: str, who: str, users: tuple[str, ...], work: Callable[[str, int], Any], samples: int, target: int | None = None, p95: bool = False) -> dict:
	"""Median and 95th percentile by the clock, and the median of the processor time, in ms, of `work(user, number of the sample)`; the target is of the one or of the other."""
	# The first one loads code and meta data, which a running server has.
	taken = np.array([once(user, work, number) for number, user in enumerate(islice(cycle(users), samples + 1))][1:])
	median, high = (float(value) for value in np.percentile(taken[:, 0], (50, 95)))
	print(f"{what} ({who}): {median:,.0f} ms, p95 {high:,.0f}", flush=True)
	met = (high if p95 else median) <= target if target else None
	shown = f"{'p95' if p95 else 'median'} ≤ {target}" if target else None
	return {"what": what, "who": who, "median": median, "p95": high, "processor": float(np.median(taken[:, 1])), "target": shown, "met": met}


def once(user: str, work: Callable[[str, int], Any], number: int) -> tuple[float, float]:
	"""Milliseconds by the clock, and of this process's processor time, which other work on the machine does not lengthen."""
	with request(user):
		began, busy = perf_counter(), process_time()
		frappe.as_json(work(user, number))
		return (perf_counter() - began) * 1000, (process_time() - busy) * 1000


@contextmanager
def request(user: str) -> Iterator[None]:
	"""The block is a request of this user: nothing is remembered from the one before, nothing written remains."""
	frappe.set_user(user)
	for kept in ("document_cache", "meta_cache", "request_cache"):
		getattr(frappe.local, kept, {}).clear()
	frappe.db.savepoint("request")
	try:
		yield
	finally:
		frappe.db.rollback(save_point="request")
		# Jobs that would have begun after the commit.
		frappe.db.after_commit.reset()
		frappe.set_user("Administrator")


def database_seconds() -> float:
	"""Processor time of the database's server so far; it stands on this machine."""
	process = Path(frappe.db.sql("select @@pid_file")[0][0]).read_text().strip()
	# The name in brackets may hold blanks; user and system time are the twelfth and thirteenth fields after it.
	fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
	return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def let_database_catch_up() -> None:
	"""Wait until the database has cleared away what was replaced before: it goes on with that for minutes after a million rows were written."""
	frappe.db.commit()
	deadline = perf_counter() + CATCH_UP_SECONDS
	while int(frappe.db.sql("show global status like 'Innodb_history_list_length'")[0][1]) > LITTLE_HISTORY:
		if perf_counter() > deadline:
			raise AssertionError(f"The database is not at rest {CATCH_UP_SECONDS} s after the last job.")
		sleep(1)


def job(what: str, rows: int, taken: dict, seconds: int | None = None, most_megabytes: int = FLAT_MB) -> dict:
	"""A row of the second table; memory has to stay flat in every job, time only where there is a target."""
	print(f"{what}: {rows:,} in {taken['seconds']:,.1f} s, {taken['megabytes']:,.0f} MB", flush=True)
	target = f"≤ {seconds} s, ≤ {most_megabytes:,} MB" if seconds else f"≤ {most_megabytes:,} MB"
	met = taken["megabytes"] <= most_megabytes and (not seconds or taken["seconds"] <= seconds)
	return {"what": what, "rows": rows, "seconds": taken["seconds"], "processor": taken.get("processor", "–"), "megabytes": taken["megabytes"], "target": target, "met": met}
