"""A condition on a lead and the points that it is worth; leads/score.py adds them up."""

from frappe.model.document import Document

from crm4s.leads.score import refuse_unknown_field


class C4SLeadScoreRule(Document):
	def validate(self):
		refuse_unknown_field(self)
