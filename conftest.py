"""Puts every test inside the site: connected, as Administrator, rolled back afterwards."""

import json
import os
from pathlib import Path

import pytest

DRILLS = bool(os.environ.get("CRM4S_DRILLS"))
WORKER = os.environ.get("PYTEST_XDIST_WORKER")
if WORKER and "CRM4S_TEST_PLACES" in os.environ:
	# Each worker has an instance of its own (embedded/testing.py); known before any test module is read.
	os.environ.update(json.loads(os.environ["CRM4S_TEST_PLACES"])[WORKER])
# Tests with a server or a browser take long: begun last, one of them would keep a worker busy while the others have nothing left.
LONG = ("/embedded/tests/", "/end_to_end/")
# What changed, for connected systems; written by everybody who commits a document.
NOTES = ("tabC4S Change", "tabC4S Access Log")


def pytest_sessionstart(session):
	if session.config.getoption("numprocesses", None) and not WORKER:
		# Whoever only hands out the tests needs no site.
		return
	import frappe

	if not os.environ.get("CRM4S_BENCH"):
		from embedded.kept_metas import keep_metas

		keep_metas()
	sites = os.environ["SITES_PATH"]
	os.chdir(sites)
	frappe.init(site=os.environ["FRAPPE_SITE"], sites_path=".")
	frappe.connect()
	frappe.flags.in_test = True
	# Frappe's own runner does the same: mails stay in the queue, limits of the site do not hold.
	frappe.flags.mute_emails = True
	frappe.clear_cache()


@pytest.fixture(scope="module", autouse=True)
def site_as_it_was(request):
	"""A module that leaves committed rows behind changes what the next one meets, in an order that differs from run to run."""
	if "/apps/" not in str(request.path) or os.environ.get("CRM4S_BENCH"):
		yield
		return
	before = committed_rows()
	yield
	left = {table: (before[table], count) for table, count in committed_rows().items() if count != before[table]}
	assert not left, f"rows before and after, committed and not taken away: {left}"
	forget_changes()


def committed_rows() -> dict[str, int]:
	"""How many rows each table of ours and the table of users have for a new connection."""
	import frappe

	frappe.db.rollback()
	tables = [row[0] for row in frappe.db.sql("show tables like 'tabC4S %'") if row[0] not in NOTES] + ["tabUser"]
	counts = frappe.db.sql(" union all ".join(f"select '{table}', count(*) from `{table}`" for table in tables))
	return dict(counts)


def forget_changes() -> None:
	"""Whoever commits a document and takes it away leaves notes of it: for connected systems, and of who had to do with whose data."""
	import frappe

	for table in NOTES:
		frappe.db.delete(table.removeprefix("tab"))
	frappe.db.commit()


def pytest_terminal_summary(terminalreporter):
	"""For embedded/alone.py: what failed, subtests and set-up included."""
	if "CRM4S_TEST_FAILED" in os.environ and not WORKER:
		reports = [report for kind, reports in terminalreporter.stats.items() if "fail" in kind or "error" in kind for report in reports]
		Path(os.environ["CRM4S_TEST_FAILED"]).write_text("".join(f"{report.nodeid}\n" for report in reports))


def pytest_unconfigure(config):
	# Later than pytest_sessionfinish: an interrupted class still cleans up after that one.
	import frappe

	if getattr(frappe.local, "db", None):
		frappe.db.rollback()
		frappe.destroy()


def pytest_collection_modifyitems(config, items):
	if WORKER:
		items.sort(key=lambda item: not any(part in str(item.path) for part in LONG))
	for item in items:
		if item.get_closest_marker("drill") and not DRILLS:
			item.add_marker(pytest.mark.skip(reason="a long drill: ./run test --drills"))
		if os.environ.get("CRM4S_BENCH") and (
			item.get_closest_marker("embedded") or "/embedded/tests/" in str(item.path)
		):
			item.add_marker(pytest.mark.skip(reason="tests the embedded build, this is a bench"))
