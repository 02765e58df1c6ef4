"""A model that a finance offer is for."""

from frappe.model.document import Document


class C4SFinanceOfferModel(Document):
	pass
