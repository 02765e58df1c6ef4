"""A unit in which parts are counted"""

from frappe.model.document import Document


class C4SPartUnit(Document):
	pass
