"""A company that insures cars, and the phone under which it takes reports."""

from frappe.model.document import Document


class C4SInsurer(Document):
	pass
