"""The moment of truth at a state of a process: what the customer expects, our standard, our best practice, and a checklist."""

import frappe
from frappe import _
from frappe.model import no_value_fields, table_fields
from frappe.model.document import Document

from crm4s.workflows.states import STATE


class C4STouchpoint(Document):
	def autoname(self):
		self.name = f"{self.document_type.removeprefix('C4S ')}: {self.state}"

	def validate(self):
		self.validate_document_type()
		self.validate_entry_fields()

	def validate_document_type(self):
		if not frappe.get_meta(self.document_type).has_field(STATE):
			frappe.throw(
				_("{0} has no workflow state, so it has no touchpoints.").format(frappe.bold(_(self.document_type)))
			)

	def validate_entry_fields(self):
		meta = frappe.get_meta(self.document_type)
		for row in self.entry_fields:
			field = meta.get_field(row.field_name)
			if not field or field.fieldtype in (*no_value_fields, *table_fields) or field.read_only:
				frappe.throw(
					_("Row {0} asks for {1}, which is no field of {2} that can be filled in.").format(
						row.idx, frappe.bold(frappe.utils.escape_html(row.field_name)), _(self.document_type)
					)
				)


def on_doctype_update() -> None:
	frappe.db.add_unique("C4S Touchpoint", ["document_type", "state"])
