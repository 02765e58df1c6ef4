"""What surveys measure: a tree of indicators, each with its weight beside its siblings."""

import frappe
from frappe import _
from frappe.model.document import Document


class C4SSurveyIndicator(Document):
	def validate(self):
		self.validate_no_circle()

	def validate_no_circle(self):
		parents = dict(frappe.get_all("C4S Survey Indicator", fields=["name", "parent_indicator"], as_list=True))
		above = self.parent_indicator
		while above:
			if above == self.name:
				frappe.throw(
					_("{0} cannot stand below {1}, which stands below it.").format(self.indicator_name, self.parent_indicator)
				)
			above = parents.get(above)
