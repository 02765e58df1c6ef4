"""A link by which a customer, without signing in, decides on the items of one quotation or sees how far the repair is.

Made, used and revoked by crm4s.service.links only; the token itself is kept nowhere.
"""

import frappe
from frappe.model.document import Document

from crm4s.access.stores import has_store_permission, store_condition


class C4SApprovalLink(Document):
	pass


def on_doctype_update():
	frappe.db.add_index("C4S Approval Link", ["dealership", "modified"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition("C4S Approval Link", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_store_permission(doc, user)
