"""What somebody in the workshop has learnt, and a job may need."""

from frappe.model.document import Document


class C4SSkill(Document):
	pass
