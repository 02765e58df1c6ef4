"""One interest of a customer."""

from frappe.model.document import Document


class C4SCustomerInterest(Document):
	pass
