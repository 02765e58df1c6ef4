"""The rate of a car is the median of the slopes between its readings now, and an index holds all that it is computed from."""

import frappe

from crm4s.crm4s.doctype.c4s_vehicle.forecast_jobs import recompute_all

TABLE, REPLACED = "tabC4S Odometer Reading", "vehicle_read_on_index"


def execute() -> None:
	if frappe.db.has_index(TABLE, REPLACED):
		frappe.db.sql_ddl(f"alter table `{TABLE}` drop index `{REPLACED}`")
	recompute_all()
