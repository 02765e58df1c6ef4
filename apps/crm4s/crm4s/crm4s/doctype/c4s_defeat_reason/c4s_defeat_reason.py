"""Why leads are lost."""

from frappe.model.document import Document


class C4SDefeatReason(Document):
	pass
