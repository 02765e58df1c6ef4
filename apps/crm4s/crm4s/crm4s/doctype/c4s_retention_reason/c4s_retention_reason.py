"""Why customers have to be won back or kept."""

from frappe.model.document import Document


class C4SRetentionReason(Document):
	pass
