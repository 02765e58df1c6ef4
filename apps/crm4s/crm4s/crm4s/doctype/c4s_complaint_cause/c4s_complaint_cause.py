"""Why something went wrong that a customer complained of."""

from frappe.model.document import Document


class C4SComplaintCause(Document):
	pass
