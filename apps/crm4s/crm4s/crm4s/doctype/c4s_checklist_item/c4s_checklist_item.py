"""One point of a checklist."""

from frappe.model.document import Document


class C4SChecklistItem(Document):
	pass
