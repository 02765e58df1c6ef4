from frappe.model.document import Document


class C4STouchpointItem(Document):
	pass
