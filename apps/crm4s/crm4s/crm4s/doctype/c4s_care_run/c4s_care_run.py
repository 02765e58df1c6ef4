"""What a run of the care rules did. Written by crm4s.care.run only."""

import frappe
from frappe.model.document import Document


class C4SCareRun(Document):
	pass


def on_doctype_update() -> None:
	frappe.db.add_index("C4S Care Run", ["modified"])
