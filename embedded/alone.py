"""Tests with servers and a browser that failed beside others run once more, alone: a machine that is too busy is no fault of the app.

Only a few, only of those that drive other processes, only once; a fault of the app fails alone as well. The summary names them.
"""

from pathlib import Path

MOST = 5
DRIVING = ("/end_to_end/", "embedded/tests/")


def to_run_again(record: Path) -> list[str]:
	"""Ids of what failed as conftest.py wrote them, one a line, where another run can tell more; else nothing."""
	failed = sorted(set(record.read_text().splitlines())) if record.exists() else []
	is_worth_it = len(failed) <= MOST and all(any(part in test for part in DRIVING) for test in failed)
	return failed if is_worth_it else []
