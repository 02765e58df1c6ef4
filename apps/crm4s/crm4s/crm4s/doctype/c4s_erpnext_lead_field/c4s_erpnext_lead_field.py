"""Where in a lead of ERPNext something of ours stands."""

from frappe.model.document import Document


class C4SERPNextLeadField(Document):
	pass
