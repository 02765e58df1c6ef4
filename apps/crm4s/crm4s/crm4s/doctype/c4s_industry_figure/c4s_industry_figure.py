"""What the industry reaches by a KPI in a year, and who says so."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint

YEARS = (2000, 2099)


class C4SIndustryFigure(Document):
	def validate(self):
		if not YEARS[0] <= cint(self.year) <= YEARS[1]:
			frappe.throw(_("The year must be one from {0} to {1}.").format(*YEARS))
