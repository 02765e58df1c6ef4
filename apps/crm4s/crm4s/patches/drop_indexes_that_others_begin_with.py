"""Indexes that are the beginning of another cost each write and serve no reading; those of single fields go with their document types."""

import frappe

DROPPED = (
	("tabC4S State Passage", "document_name_document_type_left_on_index"),
	("tabC4S Care Run", "modified_index"),
	("tabC4S Manufacturer Report", "modified_name_index"),
)


def execute() -> None:
	for table, index in DROPPED:
		if frappe.db.has_index(table, index):
			frappe.db.sql_ddl(f"alter table `{table}` drop index `{index}`")
