"""How a contact ended, and when it is tried again."""

from frappe.model.document import Document


class C4SContactOutcome(Document):
	pass
