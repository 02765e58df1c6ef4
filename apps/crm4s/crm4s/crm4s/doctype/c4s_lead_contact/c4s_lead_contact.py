"""One contact with the person behind a lead; the lead checks and counts them."""

from frappe.model.document import Document


class C4SLeadContact(Document):
	pass
