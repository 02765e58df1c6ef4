"""What earns points, and how many. Rules hold for what is settled from now on; what was earned stays."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate

REFERRAL = "Referral"


class C4SPointsRule(Document):
	def validate(self):
		self.validate_earns()
		self.validate_days()

	def validate_earns(self):
		by_amount = self.earn_on != REFERRAL and cint(self.points) and flt(self.per_amount) > 0
		if not by_amount and not cint(self.fixed_points):
			frappe.throw(_("This rule earns nothing: enter points for an amount, or points besides."))
		if flt(self.multiplier) <= 0:
			frappe.throw(_("The factor must be more than 0."))

	def validate_days(self):
		if self.valid_from and self.valid_until and getdate(self.valid_until) < getdate(self.valid_from):
			frappe.throw(_("A rule cannot end before it begins."))
