"""A sentence for the customer, and when it holds."""

import frappe
from frappe import _
from frappe.model.document import Document

CONDITIONS = ("energy_type", "home_charging", "driving", "purpose", "yearly_km_from", "yearly_km_to", "over_budget")


class C4SPurchaseHint(Document):
	def validate(self):
		if not any(self.get(field) for field in CONDITIONS):
			frappe.throw(_("Say when the hint holds; without a condition it would be said of every model."))
		if self.yearly_km_to and (self.yearly_km_from or 0) > self.yearly_km_to:
			frappe.throw(_("Kilometres per Year From must not be more than Kilometres per Year To."))
