"""A day on which a store, a region or the whole group is closed or has other opening hours."""

from datetime import time

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import formatdate, get_time

from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.stores import has_store_permission


class C4SHoliday(Document):
	def validate(self):
		ensure_not_taken_from_other_store(self)
		self.validate_hours()
		self.validate_once_a_day()

	def validate_hours(self):
		if not self.is_open:
			self.opens = self.closes = None
		elif _minute(self.opens) >= _minute(self.closes):
			frappe.throw(_("A day with other opening hours needs when it opens and, later, when it closes."))

	def validate_once_a_day(self):
		key = {"holiday_date": self.holiday_date, "dealership": self.dealership or ["is", "not set"]}
		other = frappe.db.get_value("C4S Holiday", {**key, "name": ["!=", self.name or ""]}, "holiday_name")
		if other:
			frappe.throw(
				_("{0} is entered already, as {1}.").format(formatdate(self.holiday_date), frappe.bold(other)),
				frappe.DuplicateEntryError,
			)


def _minute(moment) -> time:
	"""Frappe gives a new document's time that nobody entered the time of day, down to a part of a second."""
	return get_time(moment or "00:00").replace(second=0, microsecond=0)


def get_permission_query_conditions(user: str | None = None) -> str:
	"""When a store is closed is no secret."""
	return ""


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	"""Everybody reads; only who works for the whole group writes days of the whole group."""
	return ptype in ("read", "select", "report", "print", "export") or has_store_permission(doc, user)
