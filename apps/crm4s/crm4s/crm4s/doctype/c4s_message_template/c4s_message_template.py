"""What a message says on each channel."""

from frappe.model.document import Document


class C4SMessageTemplate(Document):
	pass
