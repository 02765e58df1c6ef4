"""Where in ERPNext a dealership's dealings go."""

from frappe.model.document import Document


class C4SERPNextStore(Document):
	pass
