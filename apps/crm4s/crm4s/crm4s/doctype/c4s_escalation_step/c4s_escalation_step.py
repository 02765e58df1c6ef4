"""One rung of the ladder: who is told after how much of the time to answer or to settle."""

import frappe
from frappe import _
from frappe.model.document import Document

MOST_PERCENT = 1000
FIELD_OF = {"Role": "role", "User": "user"}


class C4SEscalationStep(Document):
	def validate(self):
		self.validate_document_type()
		self.validate_percent()
		self.validate_whom()

	def validate_document_type(self):
		"""Only documents that say how their deadlines stand climb."""
		known = sorted(frappe.get_hooks("c4s_escalation_subjects"))
		if self.document_type not in known:
			frappe.throw(_("{0} has no deadlines; choose one of: {1}").format(_(self.document_type), ", ".join(map(_, known))))
		if self.document_type != "C4S Complaint":
			self.severity = None

	def validate_percent(self):
		if not 0 < (self.percent or 0) <= MOST_PERCENT:
			frappe.throw(_("After Percent of the Time must be between 1 and {0}.").format(MOST_PERCENT))

	def validate_whom(self):
		for whom, field in FIELD_OF.items():
			if self.to_whom != whom:
				self.set(field, None)
			elif not self.get(field):
				frappe.throw(_("Say which {0} is told.").format(_(self.meta.get_label(field))), frappe.MandatoryError)
