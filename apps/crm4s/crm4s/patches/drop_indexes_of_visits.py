"""Indexes of visits that others stand in for: each is written with every order of a connected system, of which a million come at once.

A car's and a customer's visits are found by the indexes that their facts are read from. That of the day alone stays: lists are sorted by it.
"""

import frappe

from crm4s.crm4s.doctype.c4s_service_visit.c4s_service_visit import on_doctype_update

TABLE = "tabC4S Service Visit"
REPLACED = ("customer_settled_on_index", "vehicle_settled_on_index", "value_of_paid")


def execute() -> None:
	# The type itself may be made anew already, without this.
	on_doctype_update()
	for index in REPLACED:
		if frappe.db.has_index(TABLE, index):
			frappe.db.sql_ddl(f"alter table `{TABLE}` drop index `{index}`")
