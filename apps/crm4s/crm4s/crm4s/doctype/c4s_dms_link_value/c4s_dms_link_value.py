"""What a word of a connected system means with us."""

from frappe.model.document import Document


class C4SDMSLinkValue(Document):
	pass
