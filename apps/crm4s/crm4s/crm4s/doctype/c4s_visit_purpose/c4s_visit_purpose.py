"""Why somebody comes into the showroom."""

from frappe.model.document import Document


class C4SVisitPurpose(Document):
	pass
