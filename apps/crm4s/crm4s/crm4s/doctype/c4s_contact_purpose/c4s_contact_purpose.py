"""What customers are written or called about, and what each such message asks for before it is sent."""

import frappe
from frappe import _
from frappe.model.document import Document


class C4SContactPurpose(Document):
	def validate(self):
		if self.needs_consent:
			self.ignores_suppression = 0
		if self.most_messages and not self.within_days:
			frappe.throw(_("Say within how many days so many messages are the most."))
