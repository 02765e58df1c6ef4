"""What a customer rates after a test drive."""

from frappe.model.document import Document


class C4STestDriveAspect(Document):
	pass
