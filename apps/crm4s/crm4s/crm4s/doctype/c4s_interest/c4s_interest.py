"""What customers like, for events and gifts."""

from frappe.model.document import Document


class C4SInterest(Document):
	pass
