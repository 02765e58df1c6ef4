"""An item of the maintenance plan that was done to a car"""

from frappe.model.document import Document


class C4SMaintenanceDone(Document):
	pass
