"""What a connected system says it has of one kind on one day; `crm4s.dms.reconciliation` compares it with what we have."""

import frappe
from frappe.model.document import Document


class C4SDMSCount(Document):
	pass


def on_doctype_update() -> None:
	frappe.db.add_unique("C4S DMS Count", ["link", "entity", "day"])
