"""How a connected system says one field, and who owns it."""

from frappe.model.document import Document


class C4SDMSLinkField(Document):
	pass
