"""What is done next with an open lead; which one is suggested in which state is data."""

from frappe.model.document import Document


class C4SNextAction(Document):
	pass
