"""How long documents of a kind are kept. Carried out by crm4s.privacy.retention, every night."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.privacy.retention import FIELDS_OF_ALL, REMOVE_PERSON, may_be_deleted

DATES = ("Date", "Datetime")
WATCHED = ("document_type", "counts_from", "months", "action", "statuses")


class C4SKeepingPeriod(Document):
	def validate(self):
		self.validate_document_type()
		self.validate_counts_from()
		self.validate_statuses()
		self.validate_months()
		self.begin_anew_when_changed()

	def validate_document_type(self) -> None:
		if frappe.get_meta(self.document_type).module != "CRM4S" or frappe.get_meta(self.document_type).istable:
			frappe.throw(_("{0} is none of our document types.").format(_(self.document_type)))
		if self.action != REMOVE_PERSON and not may_be_deleted(self.document_type):
			frappe.throw(_("{0} is needed for books and figures and is not deleted; choose Remove the Person.").format(_(self.document_type)))

	def validate_counts_from(self) -> None:
		field = frappe.get_meta(self.document_type).get_field(self.counts_from)
		if self.counts_from not in FIELDS_OF_ALL and not (field and field.fieldtype in DATES):
			frappe.throw(_("{0} has no date field {1}.").format(_(self.document_type), frappe.utils.escape_html(self.counts_from)))

	def validate_statuses(self) -> None:
		if (self.statuses or "").strip() and not frappe.get_meta(self.document_type).has_field("status"):
			frappe.throw(_("{0} has no status; leave Only in Status empty.").format(_(self.document_type)))

	def validate_months(self) -> None:
		if self.months < 1:
			frappe.throw(_("Kept for Months must be at least 1."))

	def begin_anew_when_changed(self) -> None:
		if any(self.has_value_changed(field) for field in WATCHED):
			self.done_until = None
