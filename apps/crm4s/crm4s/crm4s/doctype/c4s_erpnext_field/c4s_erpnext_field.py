"""Whose word counts for a field of a customer in the link to ERPNext."""

from frappe.model.document import Document


class C4SERPNextField(Document):
	pass
