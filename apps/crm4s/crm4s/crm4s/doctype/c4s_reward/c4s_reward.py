"""What members get for points: a gift out of stock, or a coupon."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, getdate


class C4SReward(Document):
	def validate(self):
		if cint(self.points_price) <= 0:
			frappe.throw(_("A reward costs at least one point."))
		if self.reward_kind == "Coupon" and not self.offer:
			frappe.throw(_("Name the offer of the coupon."), frappe.MandatoryError)
		if self.valid_from and self.valid_until and getdate(self.valid_until) < getdate(self.valid_from):
			frappe.throw(_("A reward cannot end before it begins."))
