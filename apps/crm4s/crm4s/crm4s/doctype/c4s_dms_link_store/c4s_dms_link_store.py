"""A store of a connected system, and what the system calls it."""

from frappe.model.document import Document


class C4SDMSLinkStore(Document):
	pass
