from frappe.model.document import Document


class C4SCareRuleChannel(Document):
	pass
