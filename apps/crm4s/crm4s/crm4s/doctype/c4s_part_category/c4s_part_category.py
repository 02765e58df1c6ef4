"""A group of parts such as filters or brakes"""

from frappe.model.document import Document


class C4SPartCategory(Document):
	pass
