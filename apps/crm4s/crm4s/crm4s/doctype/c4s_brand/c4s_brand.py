"""A make of cars or parts"""

from frappe.model.document import Document


class C4SBrand(Document):
	pass
