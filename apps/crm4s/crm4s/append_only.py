"""A document that is written once: a row of a log."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.exceptions import AppendOnlyError


class AppendOnlyDocument(Document):
	"""Refuses every later change and the deletion, whoever asks. A subclass with a `validate` of its own calls this one first.

	Whoever takes away what a row is about (a car that was entered by mistake, a person who is erased) removes the rows with
	`frappe.db.delete` and answers for it there.
	"""

	def validate(self):
		if not self.is_new():
			self.refuse_change()

	def before_change(self):
		self.refuse_change()

	def before_rename(self, *args, **kwargs):
		self.refuse_change()

	def on_trash(self):
		frappe.throw(_("{0} is a log; its rows cannot be deleted.").format(_(self.doctype)), AppendOnlyError)

	def refuse_change(self):
		frappe.throw(_("{0} is a log; its rows cannot be changed.").format(_(self.doctype)), AppendOnlyError)
