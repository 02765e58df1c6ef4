"""One job, part or charge of a service visit; the visit works out the amounts."""

from frappe.model.document import Document


class C4SServiceItem(Document):
	pass
