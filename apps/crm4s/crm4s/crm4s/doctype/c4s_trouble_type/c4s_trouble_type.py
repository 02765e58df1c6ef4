"""What somebody on the road needs help with, and how soon the store wants to be there."""

from frappe.model.document import Document


class C4STroubleType(Document):
	pass
