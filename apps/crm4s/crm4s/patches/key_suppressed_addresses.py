"""Digests of suppressed addresses that were made without the site's key."""

import frappe

from crm4s.messages.suppression import SUPPRESSED, keyed

LENGTH_WITHOUT_KEY = 64


def execute():
	rows = frappe.get_all(SUPPRESSED, fields=["name", "address_key"], as_list=True, limit_page_length=0, order_by=None)
	for name, digest in rows:
		if len(digest or "") == LENGTH_WITHOUT_KEY:
			frappe.db.set_value(SUPPRESSED, name, "address_key", keyed(digest), update_modified=False)
