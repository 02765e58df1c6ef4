"""One text of a survey in another language."""

from frappe.model.document import Document


class C4SSurveyText(Document):
	pass
