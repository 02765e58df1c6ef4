"""What kinds of services come along with a car, and which of them delivery waits for."""

from frappe.model.document import Document


class C4SDealServiceKind(Document):
	pass
