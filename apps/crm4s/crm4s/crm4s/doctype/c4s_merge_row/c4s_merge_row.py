"""What a merge did to one row. Written by crm4s.merging.record only, and what stood there is read by nobody: it holds what stood in two files of a person."""

import frappe
from frappe.model.document import Document

ROW = "C4S Merge Row"


class C4SMergeRow(Document):
	pass


def on_doctype_update() -> None:
	frappe.db.add_index(ROW, ["merge", "kind"])
