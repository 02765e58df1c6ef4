"""A link by message that lets a customer in once. Made by crm4s.portal_link, used and ended by crm4s.portal.links; seen by those who run the system."""

from frappe.model.document import Document


class C4SPortalLink(Document):
	pass
