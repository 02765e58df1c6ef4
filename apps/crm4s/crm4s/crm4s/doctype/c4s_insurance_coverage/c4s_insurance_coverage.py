"""What a policy may cover: third parties, the car itself, its glass, its passengers."""

from frappe.model.document import Document


class C4SInsuranceCoverage(Document):
	pass
