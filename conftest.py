"""Puts every test inside the site: connected, as Administrator, rolled back afterwards."""

import os

import pytest

DRILLS = bool(os.environ.get("CRM4S_DRILLS"))


def pytest_sessionstart(session):
	import frappe

	sites = os.environ["SITES_PATH"]
	os.chdir(sites)
	frappe.init(site=os.environ["FRAPPE_SITE"], sites_path=".")
	frappe.connect()
	frappe.flags.in_test = True
	# Frappe's own runner does the same: mails stay in the queue, limits of the site do not hold.
	frappe.flags.mute_emails = True
	frappe.clear_cache()


def pytest_unconfigure(config):
	# Later than pytest_sessionfinish: an interrupted class still cleans up after that one.
	import frappe

	if getattr(frappe.local, "db", None):
		frappe.db.rollback()
		frappe.destroy()


def pytest_collection_modifyitems(config, items):
	for item in items:
		if item.get_closest_marker("drill") and not DRILLS:
			item.add_marker(pytest.mark.skip(reason="a long drill: ./run test --drills"))
		if os.environ.get("CRM4S_BENCH") and (
			item.get_closest_marker("embedded") or "/embedded/tests/" in str(item.path)
		):
			item.add_marker(pytest.mark.skip(reason="tests the embedded build, this is a bench"))
