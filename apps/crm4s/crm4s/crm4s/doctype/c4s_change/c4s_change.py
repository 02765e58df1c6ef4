"""One change that connected systems hear of; `crm4s.change_feed` writes it, in sets, and gives it its position."""

import frappe

from crm4s.append_only import AppendOnlyDocument


class C4SChange(AppendOnlyDocument):
	pass


def on_doctype_update() -> None:
	# What has no position yet, in the order in which it was noted; the feed of one type.
	frappe.db.add_index("C4S Change", ["document_type", "position"])
	frappe.db.add_index("C4S Change", ["document_type", "document"])
