"""A band of yearly income."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt


class C4SIncomeBand(Document):
	def validate(self):
		self.validate_bounds()

	def validate_bounds(self) -> None:
		if flt(self.to_amount) and flt(self.to_amount) <= flt(self.from_amount):
			frappe.throw(_("To must be higher than From, or empty for the highest band."))
