"""What one customer is to another, such as Spouse or Employer."""

from frappe.model.document import Document


class C4SRelationKind(Document):
	pass
