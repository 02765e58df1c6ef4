"""An index of bookings that holds all that free times are computed from takes the place of another."""

import frappe

from crm4s.crm4s.doctype.c4s_booking.c4s_booking import on_doctype_update

TABLE, REPLACED = "tabC4S Booking", "resource_status_blocked_until_index"


def execute() -> None:
	# The type itself may be unchanged, and is not made anew then.
	on_doctype_update()
	if frappe.db.has_index(TABLE, REPLACED):
		frappe.db.sql_ddl(f"alter table `{TABLE}` drop index `{REPLACED}`")
