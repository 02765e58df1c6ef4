"""One span of a weekday in which a dealership is open"""

from frappe.model.document import Document


class C4SOpeningHours(Document):
	pass
