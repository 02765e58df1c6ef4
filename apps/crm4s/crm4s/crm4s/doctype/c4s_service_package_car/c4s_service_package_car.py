"""A kind of car that a service package is for; what a row leaves open counts for every car."""

from frappe.model.document import Document


class C4SServicePackageCar(Document):
	pass
