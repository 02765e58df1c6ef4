"""A model that an option fits"""

from frappe.model.document import Document


class C4SVehicleOptionModel(Document):
	pass
