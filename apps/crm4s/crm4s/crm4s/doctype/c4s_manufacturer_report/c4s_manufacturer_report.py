"""What customers wish of a model or worry about, said to the manufacturer: several voices joined, and the answer told to each."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.links import ensure_not_taken_from_other_store
from crm4s.access.own_store import own_store
from crm4s.access.stores import has_store_permission, quoted_list, stores_of
from crm4s.documents import keep_stored

REPORT = "C4S Manufacturer Report"
# What crm4s.interactions.manufacturer writes, not a form.
WRITTEN = ("status", "voices", "sent_on", "sent_by", "answered_on", "manufacturer_answer", "customers_told_on")


class C4SManufacturerReport(Document):
	def before_insert(self):
		self.dealership = self.dealership or own_store()
		# Without a store it is the group's, which only those who work for the group write.
		if not self.dealership and stores_of() is not None and not self.flags.ignore_permissions:
			frappe.throw(_("Choose the store whose report it is."), frappe.MandatoryError)

	def validate(self):
		ensure_not_taken_from_other_store(self)
		self.keep_what_is_written()

	def keep_what_is_written(self):
		if self.flags.by_centre:
			return
		keep_stored(self, WRITTEN)
		self.status = self.status or "Collecting"
		self.voices = self.voices or 0


def get_permission_query_conditions(user: str | None = None) -> str:
	"""One of the group's is read in every store: it is about a model, and names no customer."""
	stores = stores_of(user)
	if stores is None:
		return ""
	column = f"`tab{REPORT}`.`dealership`"
	return f"({column} is null or {column} = '' or {column} in {quoted_list(stores)})"


def has_permission(doc, ptype: str | None = None, user: str | None = None) -> bool:
	if has_store_permission(doc, user):
		return True
	if doc.get("dealership"):
		return False
	return bool(stores_of(user)) if ptype == "create" else ptype in (None, "read", "select", "print", "report", "export")
