"""Labour, a part or a charge of a service package."""

from frappe.model.document import Document


class C4SServicePackageLine(Document):
	pass
