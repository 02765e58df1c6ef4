"""Where the facts of a lead stand in what a car portal or a social account sends, and what its words mean with us."""

import frappe
from frappe import _
from frappe.model.document import Document


class C4SLeadMapping(Document):
	def validate(self):
		self.validate_each_field_once()

	def validate_each_field_once(self):
		named = [row.field_name for row in self.fields_of_lead]
		for row in self.fields_of_lead:
			if named.count(row.field_name) > 1:
				frappe.throw(_("Field {0} is mapped twice.").format(frappe.bold(row.field_name)))
			if not (row.path or row.default_value):
				frappe.throw(_("Row {0} needs a path, or a value that always counts.").format(row.idx))
