"""A survey as it was published; never changed. Written by crm4s.surveys.versions only."""

import frappe
from frappe import _
from frappe.model.document import Document


class C4SSurveyVersion(Document):
	def before_insert(self):
		if not self.flags.by_publishing:
			frappe.throw(_("Versions are made by publishing the survey."))

	def validate(self):
		if not self.is_new():
			frappe.throw(_("A published version stays as it is; change the survey and publish it again."))

	def on_trash(self):
		frappe.throw(_("A published version stays as it is; change the survey and publish it again."))


def on_doctype_update() -> None:
	frappe.db.add_unique("C4S Survey Version", ["survey", "version_number"])
