"""Equipment that can be ordered with a car or fitted to it"""

from frappe.model.document import Document


class C4SVehicleOption(Document):
	pass
