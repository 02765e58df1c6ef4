"""Cases from before a car had one open case only: each gets its key, of several for one car the one that was opened last; whoever handled them calls next."""

import frappe

from crm4s.retention.cases import CASE, OPEN, key_of


def execute() -> None:
	rows = frappe.get_all(CASE, {"status": OPEN, "open_key": ["is", "not set"]}, ["name", "customer", "vehicle", "dealership"], order_by="opened_on desc, name desc")
	taken = set(frappe.get_all(CASE, {"open_key": ["is", "set"]}, pluck="open_key"))
	for row in rows:
		key = key_of(row.customer, row.vehicle, row.dealership)
		if key not in taken:
			taken.add(key)
			frappe.db.set_value(CASE, row.name, "open_key", key, update_modified=False)
	case = frappe.qb.DocType(CASE)
	frappe.qb.update(case).set(case.next_contact_by, case.handler).where((case.status == OPEN) & case.next_contact_by.isnull()).run()
