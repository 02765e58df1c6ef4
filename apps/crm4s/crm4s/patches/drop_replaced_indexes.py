"""Indexes of leads that others have taken the place of: each one kept is written with every save."""

import frappe

REPLACED = (
	"dealership_workflow_state_modified_index",
	"dealership_in_pool_pooled_on_index",
	"sales_consultant_status_index",
)


def execute() -> None:
	for name in REPLACED:
		if frappe.db.has_index("tabC4S Lead", name):
			frappe.db.sql_ddl(f"alter table `tabC4S Lead` drop index `{name}`")
