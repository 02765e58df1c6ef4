"""A consultant's place in the line of a store; `crm4s.reception.line` keeps it."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.stores import has_store_permission, store_condition
from crm4s.reception.notice import tell_reception

ENTRY = "C4S Reception Queue Entry"


class C4SReceptionQueueEntry(Document):
	def validate(self):
		if not self.flags.by_reception:
			frappe.throw(_("The line of consultants is kept on the page Showroom Reception."))

	def on_update(self):
		tell_reception(self.dealership)


def on_doctype_update():
	frappe.db.add_unique(ENTRY, ["dealership", "user"], "unique_dealership_user")


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition(ENTRY, user)


def has_permission(doc, ptype=None, user=None) -> bool:
	return has_store_permission(doc, user)
