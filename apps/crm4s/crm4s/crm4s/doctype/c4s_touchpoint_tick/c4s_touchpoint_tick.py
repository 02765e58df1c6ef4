"""Who did an item of a checklist, and when; see crm4s.workflows.touchpoints, the only writer."""

import frappe
from frappe.model.document import Document

from crm4s.access.stores import has_store_permission, store_condition


class C4STouchpointTick(Document):
	pass


def on_doctype_update() -> None:
	frappe.db.add_unique("C4S Touchpoint Tick", ["document_name", "document_type", "item"])
	frappe.db.add_index("C4S Touchpoint Tick", ["dealership", "ticked_on"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition("C4S Touchpoint Tick", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_store_permission(doc, user)
