from frappe.model.document import Document


class C4STouchpointEvent(Document):
	pass
