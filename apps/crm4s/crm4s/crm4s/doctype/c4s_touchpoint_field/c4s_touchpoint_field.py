from frappe.model.document import Document


class C4STouchpointField(Document):
	pass
