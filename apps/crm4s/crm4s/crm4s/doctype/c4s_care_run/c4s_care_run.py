"""What a run of the care rules did. Written by crm4s.care.run only."""

from frappe.model.document import Document


class C4SCareRun(Document):
	pass
