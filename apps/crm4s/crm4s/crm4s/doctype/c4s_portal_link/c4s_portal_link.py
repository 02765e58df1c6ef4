"""A link by message that lets a customer in once. Written by crm4s.portal.links only; seen by those who run the system."""

from frappe.model.document import Document


class C4SPortalLink(Document):
	pass
