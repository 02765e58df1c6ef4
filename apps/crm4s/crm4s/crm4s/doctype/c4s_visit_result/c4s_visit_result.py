"""How a showroom visit ended."""

from frappe.model.document import Document


class C4SVisitResult(Document):
	pass
