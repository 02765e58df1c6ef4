"""How bad a complaint is, and how soon the customer hears from us and gets a solution."""

import frappe
from frappe import _
from frappe.model.document import Document


class C4SComplaintSeverity(Document):
	def validate(self):
		self.validate_hours()

	def validate_hours(self):
		if not 0 < (self.response_hours or 0) <= (self.resolution_hours or 0):
			frappe.throw(_("Response hours must be more than 0 and not more than the resolution hours."))
