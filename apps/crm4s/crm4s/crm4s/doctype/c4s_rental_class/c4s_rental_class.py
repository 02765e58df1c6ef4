"""What cars of a class cost per day, and what is included."""

from frappe.model.document import Document


class C4SRentalClass(Document):
	pass
