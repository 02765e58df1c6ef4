"""What a coupon takes off a bill, where and when."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate

from crm4s.value.coupons import AMOUNT, ITEM, PERCENT

VISIT = "Service Visit"


class C4SCouponOffer(Document):
	def validate(self):
		self.validate_worth()
		self.validate_days()

	def validate_worth(self):
		if self.coupon_kind == AMOUNT and flt(self.amount) <= 0:
			frappe.throw(_("Say how much the coupon takes off."), frappe.MandatoryError)
		if self.coupon_kind == PERCENT and not 0 < flt(self.percent) <= 100:
			frappe.throw(_("The percentage must be more than 0 and at most 100."))
		if self.coupon_kind == ITEM and bool(self.part) == bool(self.package):
			frappe.throw(_("Name either the part or the service package that is free."), frappe.MandatoryError)
		if self.coupon_kind == ITEM and self.used_on != VISIT:
			frappe.throw(_("Parts and packages are free on a service visit only."))

	def validate_days(self):
		if self.valid_from and self.valid_until and getdate(self.valid_until) < getdate(self.valid_from):
			frappe.throw(_("An offer cannot end before it begins."))
