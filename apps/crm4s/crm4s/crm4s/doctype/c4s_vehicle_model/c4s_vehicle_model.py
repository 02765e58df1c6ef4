"""A model as it is ordered: brand, series, year and trim"""

from frappe.model.document import Document


class C4SVehicleModel(Document):
	pass
