from frappe.model.document import Document


class C4SCareRuleFilter(Document):
	pass
