"""How much of a part a dealership has"""

from frappe.model.document import Document


class C4SPartAvailability(Document):
	pass
