"""What a connected system sends or gets."""

from frappe.model.document import Document


class C4SDMSLinkEntity(Document):
	pass
