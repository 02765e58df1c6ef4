"""How far a car has drifted away from us: from so many times its own rhythm without a visit, and not before so many months."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt


class C4SChurnStage(Document):
	def validate(self):
		if self.enabled:
			self.validate_order()

	def validate_order(self):
		"""A stage that begins later by one measure and earlier by the other would have no place among the others."""
		for other in frappe.get_all(self.doctype, {"enabled": 1, "name": ["!=", self.name or ""]}, ["name", "from_factor", "least_months"]):
			by_rhythm = flt(self.from_factor) - flt(other.from_factor)
			by_months = cint(self.least_months) - cint(other.least_months)
			if by_rhythm * by_months < 0 or not (by_rhythm or by_months):
				frappe.throw(_("{0} begins neither before nor after this stage; both measures must grow from stage to stage.").format(frappe.bold(_(other.name))))
