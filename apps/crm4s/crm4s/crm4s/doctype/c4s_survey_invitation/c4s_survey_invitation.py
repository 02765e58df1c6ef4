"""Who was asked to answer which survey, how far that went, and what came of it. Written by crm4s.surveys only."""

import frappe
from frappe.model.document import Document

from crm4s.access.stores import has_store_permission, store_condition

INVITATION = "C4S Survey Invitation"


class C4SSurveyInvitation(Document):
	pass


def on_doctype_update() -> None:
	# Whether a customer was asked lately.
	frappe.db.add_index(INVITATION, ["customer", "due_on"])
	# Whom to remind, and what expires.
	frappe.db.add_index(INVITATION, ["status", "due_on"])
	frappe.db.add_index(INVITATION, ["dealership", "modified"])
	# How many answer, of a time and of a store's.
	frappe.db.add_index(INVITATION, ["dealership", "due_on"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition(INVITATION, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_store_permission(doc, user)
