"""Who owns, drives or pays for a car, and when."""

import frappe
from frappe.model.document import Document

from crm4s.access.rows import seen_rows_condition


class C4SVehicleParty(Document):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return seen_rows_condition("C4S Vehicle Party", "C4S Vehicle", user)


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Vehicle Party", ["customer", "parent"])
