"""One change of hands of a lead; append-only, written by leads/movements.py."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.stores import has_store_permission, store_condition
from crm4s.exceptions import AppendOnlyError


class C4SLeadMovement(Document):
	def validate(self):
		if not self.is_new():
			frappe.throw(_("The log of who had a lead is not changed."), AppendOnlyError)

	def on_trash(self):
		frappe.throw(_("The log of who had a lead is not changed."), AppendOnlyError)


def on_doctype_update():
	frappe.db.add_index("C4S Lead Movement", ["dealership", "moved_on"])


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition("C4S Lead Movement", user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_store_permission(doc, user)
