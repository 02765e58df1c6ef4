"""Where customers and leads come from."""

from frappe.model.document import Document


class C4SSource(Document):
	pass
