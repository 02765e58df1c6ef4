"""A gift of a campaign that a customer got. Written by campaigns/gifts.py only."""

import frappe
from frappe.model.document import Document

from crm4s.access.customers import dealing_condition, has_dealing_permission

HAND_OUT = "C4S Gift Hand-Out"


class C4SGiftHandOut(Document):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return dealing_condition(HAND_OUT, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_dealing_permission(doc, ptype, user)


def on_doctype_update() -> None:
	frappe.db.add_index(HAND_OUT, ["gift", "status"])
	frappe.db.add_index(HAND_OUT, ["campaign", "status"])
	frappe.db.add_index(HAND_OUT, ["dealership", "modified"])
