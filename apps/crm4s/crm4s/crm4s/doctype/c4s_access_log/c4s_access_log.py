"""Who read, changed, exported, revealed, merged or erased what we know of people, and when; written by crm4s.privacy.audit."""

import frappe

from crm4s.access.stores import has_store_permission, store_condition
from crm4s.append_only import AppendOnlyDocument

ACCESS_LOG = "C4S Access Log"


class C4SAccessLog(AppendOnlyDocument):
	pass


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition(ACCESS_LOG, user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_store_permission(doc, user)


def on_doctype_update() -> None:
	frappe.db.add_index(ACCESS_LOG, ["dealership", "modified"])
	# The report per person of the staff, and how often somebody revealed within the last hour.
	frappe.db.add_index(ACCESS_LOG, ["user", "happened_on"])
	frappe.db.add_index(ACCESS_LOG, ["customer", "happened_on"])
	# What is taken out of it with an erased person.
	frappe.db.add_index(ACCESS_LOG, ["document", "document_type"])
