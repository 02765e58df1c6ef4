"""Complaints from before deadlines counted opening hours: what was promised stays, the clock began with the receipt.

The severities that are shipped say fewer hours since then, as they mean opening hours; those that an admin changed keep theirs and should be looked at.
"""

import frappe

COMPLAINT = "C4S Complaint"


def execute() -> None:
	complaint = frappe.qb.DocType(COMPLAINT)
	# The builder knows no function for the difference of two times.
	minutes = lambda until: frappe.qb.functions("floor", (frappe.qb.functions("unix_timestamp", until) - frappe.qb.functions("unix_timestamp", complaint.received_on)) / 60)
	(
		frappe.qb.update(complaint)
		.set(complaint.clock_started_on, complaint.received_on)
		.set(complaint.response_minutes, minutes(complaint.respond_by))
		.set(complaint.resolution_minutes, minutes(complaint.resolve_by))
		.where(complaint.clock_started_on.isnull() & complaint.respond_by.isnotnull() & complaint.resolve_by.isnotnull())
	).run()
