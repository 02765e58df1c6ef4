"""Which document of ours a record of a connected system is. Written by crm4s.dms.intake.known only."""

import frappe
from frappe.model.document import Document

RECORD = "C4S DMS Record"


class C4SDMSRecord(Document):
	pass


def on_doctype_update() -> None:
	frappe.db.add_unique(RECORD, ["link", "entity", "external_id"], "link_entity_external_id")
	# A document's numbers in the systems.
	frappe.db.add_index(RECORD, ["document", "link"])
