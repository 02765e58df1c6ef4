"""A spare part or accessory with its price and stock"""

from frappe.model.document import Document


class C4SPart(Document):
	pass
