"""Two files that may be of one customer; found anew every night by crm4s.merging.twins, and shown by the report Possible Twins."""

import frappe
from frappe import _
from frappe.model.document import Document


class C4SPossibleTwin(Document):
	def validate(self):
		frappe.throw(_("Possible twins are found every night; nobody enters them."), frappe.PermissionError)
