"""When the customers of a store, a region or the whole group are not written to."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_time, getdate

from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.stores import has_store_permission


class C4SQuietTime(Document):
	def validate(self):
		ensure_not_taken_from_other_store(self)
		self.validate_days()
		self.validate_time()

	def validate_days(self):
		if self.first_day and self.last_day and getdate(self.last_day) < getdate(self.first_day):
			frappe.throw(_("Until Day must not lie before From Day."))

	def validate_time(self):
		if self.whole_day:
			self.quiet_from = self.quiet_until = None
		elif get_time(self.quiet_from or "00:00") == get_time(self.quiet_until or "00:00"):
			frappe.throw(_("Say from when until when it is quiet, or that it is the whole day."))


def get_permission_query_conditions(user: str | None = None) -> str:
	"""When a store is quiet is no secret."""
	return ""


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""Everybody reads; only who works for the whole group writes quiet times of the whole group."""
	return ptype in ("read", "select", "report", "print", "export") or has_store_permission(doc, user)
