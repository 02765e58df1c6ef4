"""A number under which a customer is reached; its rules are checked by the customer."""

from frappe.model.document import Document


class C4SCustomerPhone(Document):
	pass
