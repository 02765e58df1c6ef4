"""A customer who is family, friend or employer of another."""

from frappe.model.document import Document


class C4SCustomerRelation(Document):
	pass
