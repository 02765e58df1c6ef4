"""Whose customer of ERPNext gets the invoice of another payer."""

from frappe.model.document import Document


class C4SERPNextPayer(Document):
	pass
