"""When a step of the ladder is due for one document, and who was told; see crm4s.escalation, the only writer."""

import frappe
from frappe.model.document import Document

from crm4s.access.stores import has_store_permission, store_condition


class C4SEscalation(Document):
	pass


def on_doctype_update() -> None:
	# What is due now; the steps of one document.
	frappe.db.add_index("C4S Escalation", ["status", "planned_on"])
	frappe.db.add_index("C4S Escalation", ["document_name", "document_type"])
	frappe.db.add_index("C4S Escalation", ["dealership", "planned_on"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition("C4S Escalation", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_store_permission(doc, user)
