"""One answer; the response checks it against its question."""

from frappe.model.document import Document


class C4SSurveyAnswer(Document):
	pass
