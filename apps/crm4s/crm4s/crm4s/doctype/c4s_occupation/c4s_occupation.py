"""What customers do for a living."""

from frappe.model.document import Document


class C4SOccupation(Document):
	pass
