from frappe.model.document import Document


class C4SCareRunRule(Document):
	pass
