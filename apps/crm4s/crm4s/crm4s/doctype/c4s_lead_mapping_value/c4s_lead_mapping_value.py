"""What a word of a portal means with us."""

from frappe.model.document import Document


class C4SLeadMappingValue(Document):
	pass
