"""Classes of agreements with organisations."""

from frappe.model.document import Document


class C4SContractClass(Document):
	pass
