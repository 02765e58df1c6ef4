"""A connection to the test site from within a test, for what cannot be asked over HTTP; nothing it does is kept."""

import os
from contextlib import contextmanager


@contextmanager
def connected(user: str = "Administrator"):
	import frappe

	started = not getattr(frappe.local, "db", None)
	before = os.getcwd()
	if started:
		site = os.path.realpath(os.environ["CRM4S_TEST_SITE_PATH"])
		os.chdir(os.path.dirname(site))
		frappe.init(site=os.path.basename(site), sites_path=".")
		frappe.connect()
	# what the server wrote meanwhile is not in the snapshot that an open transaction sees
	frappe.db.rollback()
	frappe.set_user(user)
	try:
		yield frappe
	finally:
		frappe.db.rollback()
		if started:
			frappe.destroy()
			os.chdir(before)
		else:
			frappe.set_user("Administrator")
