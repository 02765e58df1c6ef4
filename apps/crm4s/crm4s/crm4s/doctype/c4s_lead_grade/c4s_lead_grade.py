"""How near a lead is to buying, and how often it is therefore contacted."""

import frappe
from frappe import _
from frappe.model.document import Document


class C4SLeadGrade(Document):
	def validate(self):
		self.validate_interval()

	def validate_interval(self):
		if (self.contact_interval_days or 0) < 1:
			frappe.throw(_("Contact interval of grade {0} must be at least one day.").format(self.grade))
