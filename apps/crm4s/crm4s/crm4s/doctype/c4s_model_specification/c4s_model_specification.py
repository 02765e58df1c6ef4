"""One figure of a model that customers compare"""

from frappe.model.document import Document


class C4SModelSpecification(Document):
	pass
