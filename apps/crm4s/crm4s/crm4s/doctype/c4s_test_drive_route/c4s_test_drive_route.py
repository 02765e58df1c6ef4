"""A route on which a store lets customers drive."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.stores import has_store_permission, store_condition


class C4STestDriveRoute(Document):
	def validate(self):
		ensure_not_taken_from_other_store(self)
		self.validate_duration()

	def validate_duration(self):
		if (self.minutes or 0) < 1:
			frappe.throw(_("Say in Duration how many minutes a drive on this route takes."))


def get_permission_query_conditions(user: str | None = None) -> str:
	return store_condition("C4S Test Drive Route", user)


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	return has_store_permission(doc, user)
