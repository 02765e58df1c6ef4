"""What the law lets the owner of a car ask for after so many repairs or days in repair."""

import frappe
from frappe import _
from frappe.model.document import Document


class C4SStatutoryLimit(Document):
	def validate(self):
		if not 0 < (self.warn_from or 0) <= (self.most or 0):
			frappe.throw(_("Warn From must be more than 0 and not more than the number with which the limit is reached."))
