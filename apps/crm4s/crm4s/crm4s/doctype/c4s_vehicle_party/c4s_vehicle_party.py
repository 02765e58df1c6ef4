"""Who owns, drives or pays for a car, and when."""

import frappe
from frappe.model.document import Document

from crm4s.access.vehicles import seen_vehicle_condition, sees_vehicle


class C4SVehicleParty(Document):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	"""Frappe lists the rows of a table without asking whose they are."""
	return seen_vehicle_condition("`tabC4S Vehicle Party`.`parent`", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return not doc.parent or sees_vehicle(doc.parent, user)


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Vehicle Party", ["customer", "parent"])
