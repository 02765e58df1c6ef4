"""Where a fact of the lead stands in what a portal sends."""

from frappe.model.document import Document


class C4SLeadMappingField(Document):
	pass
