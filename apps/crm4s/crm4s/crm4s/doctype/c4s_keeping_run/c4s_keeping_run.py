"""What a night did of a period of keeping. Written by crm4s.privacy.retention only."""

from frappe.model.document import Document


class C4SKeepingRun(Document):
	pass
