from frappe.model.document import Document


class C4SMonitoring(Document):
	"""From when on a part of the system counts as late, and who reads the figures (crm4s.health)."""
