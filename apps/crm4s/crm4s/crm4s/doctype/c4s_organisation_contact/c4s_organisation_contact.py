"""A person at an organisation."""

from frappe.model.document import Document


class C4SOrganisationContact(Document):
	pass
