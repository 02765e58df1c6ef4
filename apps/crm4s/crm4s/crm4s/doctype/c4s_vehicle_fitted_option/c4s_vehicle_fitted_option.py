"""An option that a car has"""

from frappe.model.document import Document


class C4SVehicleFittedOption(Document):
	pass
