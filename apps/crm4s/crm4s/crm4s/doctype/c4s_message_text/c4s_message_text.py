"""What a message says on one channel in one language."""

from frappe.model.document import Document


class C4SMessageText(Document):
	pass
