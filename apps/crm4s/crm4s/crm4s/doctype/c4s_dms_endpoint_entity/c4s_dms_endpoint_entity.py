from frappe.model.document import Document


class C4SDMSEndpointEntity(Document):
	pass
