"""Which document of ours is which of ERPNext's. Written by crm4s.erpnext_link.pairs only."""

import frappe
from frappe.model.document import Document

RECORD = "C4S ERPNext Record"


class C4SERPNextRecord(Document):
	pass


def on_doctype_update() -> None:
	frappe.db.add_unique(RECORD, ["document", "document_type", "their_type", "part"], "one_of_theirs")
	frappe.db.add_unique(RECORD, ["their_document", "their_type"], "one_of_ours")
