"""How long a document was in a state; see crm4s.workflows.passages, the only writer."""

import frappe
from frappe.model.document import Document

from crm4s.access.stores import has_store_permission, store_condition


class C4SStatePassage(Document):
	pass


def on_doctype_update() -> None:
	# Where a document is and how long it was where, without reading the passages.
	of_document = ["document_name", "document_type", "left_on", "state", "entered_on", "seconds"]
	frappe.db.add_index("C4S State Passage", of_document, "of_document")
	frappe.db.add_index("C4S State Passage", ["document_type", "state", "entered_on"])
	frappe.db.add_index("C4S State Passage", ["dealership", "entered_on"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition("C4S State Passage", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_store_permission(doc, user)
