"""How well one kind of model fits one answer of the customer."""

from frappe.model.document import Document


class C4SSuitabilityFit(Document):
	pass
