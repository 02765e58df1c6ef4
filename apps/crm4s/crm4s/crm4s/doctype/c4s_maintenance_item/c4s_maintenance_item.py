"""One item of a model's maintenance plan, due at kilometres or months, whichever comes first"""

from frappe.model.document import Document


class C4SMaintenanceItem(Document):
	pass
