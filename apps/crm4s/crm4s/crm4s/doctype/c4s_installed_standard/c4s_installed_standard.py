"""What the loader has installed on this site; see crm4s.workflows.loader."""

import frappe
from frappe.model.document import Document


class C4SInstalledStandard(Document):
	pass


def on_doctype_update() -> None:
	frappe.db.add_unique("C4S Installed Standard", ["document_type", "document_name"])
