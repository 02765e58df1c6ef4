"""What the scorecard measures: a numerator and a denominator out of crm4s.scorecard.measures, with target, limits and weight."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt

from crm4s.scorecard.measures import MEASURES

RESULT = "C4S KPI Result"
MOST_MONTHS, MOST_DECIMALS = 24, 4


class C4SKPI(Document):
	def validate(self):
		self.validate_formula()
		self.validate_window()
		self.validate_limits()

	def on_trash(self):
		"""What was counted by it goes with it."""
		frappe.db.delete(RESULT, {"kpi": self.name})

	def validate_formula(self):
		if not flt(self.factor):
			frappe.throw(_("The factor must not be 0."))
		if self.numerator == self.denominator:
			frappe.throw(_("Numerator and denominator are the same: that is always 1."))
		if not 0 <= cint(self.decimals) <= MOST_DECIMALS:
			frappe.throw(_("Decimals go from 0 to {0}.").format(MOST_DECIMALS))

	def validate_window(self):
		if not 1 <= cint(self.window_months) <= MOST_MONTHS:
			frappe.throw(_("The window has from 1 to {0} months.").format(MOST_MONTHS))
		for name in (self.numerator, self.denominator):
			windows = MEASURES[name].windows
			if windows and self.window_months not in windows:
				frappe.throw(_("{0} is counted for windows of these months: {1}.").format(_(name), ", ".join(map(str, windows))))

	def validate_limits(self):
		if not 0 < flt(self.yellow_from) <= flt(self.green_from):
			frappe.throw(_("Yellow begins above 0 and not above where green begins."))
