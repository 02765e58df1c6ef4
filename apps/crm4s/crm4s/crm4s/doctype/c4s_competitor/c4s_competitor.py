"""Who wins the customers that we lose."""

from frappe.model.document import Document


class C4SCompetitor(Document):
	pass
