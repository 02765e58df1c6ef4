"""What surveys measure: a tree of indicators, each with its weight beside its siblings."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.surveys import versions


class C4SSurveyIndicator(Document):
	def validate(self):
		self.validate_no_circle()

	def on_trash(self):
		"""Published versions and the figures of their answers name it; it is switched off instead."""
		for version in frappe.get_all(versions.VERSION, pluck="name", order_by="creation"):
			content = versions.content_of(version)
			if any(self.name in (question.get("indicator"), question.get("second_indicator")) for question in content["questions"]):
				frappe.throw(_("Survey {0} was published with the indicator {1}; switch it off instead.").format(content["title"], self.name))

	def validate_no_circle(self):
		parents = dict(frappe.get_all("C4S Survey Indicator", fields=["name", "parent_indicator"], as_list=True))
		above = self.parent_indicator
		while above:
			if above == self.name:
				frappe.throw(
					_("{0} cannot stand below {1}, which stands below it.").format(self.indicator_name, self.parent_indicator)
				)
			above = parents.get(above)
