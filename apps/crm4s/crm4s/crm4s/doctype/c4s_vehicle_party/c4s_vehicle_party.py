"""Who owns, drives or pays for a car, and when."""

import frappe

from crm4s.access.rows import RowOfGuardedDocument, seen_rows_condition


class C4SVehicleParty(RowOfGuardedDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Vehicle Party", "C4S Vehicle", user)


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Vehicle Party", ["customer", "parent"])
