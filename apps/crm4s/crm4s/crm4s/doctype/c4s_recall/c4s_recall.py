"""The manufacturer calls cars back: which, why, and what is done. Its cars are C4S Recall Vehicle, found in our books by their VIN."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from crm4s.care import recalls

DRAFT, ACTIVE, CLOSED = "Draft", "Active", "Closed"


class C4SRecall(Document):
	def validate(self):
		self.validate_release()
		self.keep_counts()

	def on_update(self):
		if self.status == ACTIVE:
			recalls.match(self.name)
			self.update(recalls.count(self.name))

	def on_trash(self):
		frappe.db.delete("C4S Recall Vehicle", {"recall": self.name})

	def validate_release(self):
		if self.status == ACTIVE and not self.released_on:
			self.released_on = getdate()

	def keep_counts(self):
		before = self.get_doc_before_save()
		for fieldname in (*recalls.COUNTS, "cars_problems"):
			self.set(fieldname, before.get(fieldname) if before else None)
		if self.status == CLOSED and not before:
			frappe.throw(_("A new recall is a draft or active."))
