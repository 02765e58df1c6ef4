"""What the forms of customer, car, deal, visit and lead show of ERPNext."""

from collections.abc import Mapping

import frappe

from crm4s.access.required import require_document
from crm4s.erpnext_link import plan
from crm4s.erpnext_link.presence import RECORD

COLUMNS = ("their_type", "their_document", "their_status", "part", "amount", "outstanding", "problem")
MOST_SHOWN = 100


def tell_desk(bootinfo) -> None:
	"""Where the link is off, forms do not ask."""
	found = plan.current()
	bootinfo.c4s_erpnext = bool(found)
	bootinfo.c4s_erpnext_leads = bool(found and found.offers_leads)


@frappe.whitelist()
def documents(document_type: str, document_name: str) -> list[dict]:
	"""The documents of ERPNext that belong to one of ours, for those who read it; nothing while the link is off.

	Returns:
		rows with `their_type` and `their_status`; the name, the amount and what is open only for those who may read the document there,
		what was refused only for those who may write ours.
	"""
	document = require_document(document_type, document_name, "read", locking=False)
	if not plan.current():
		return []
	asked = {"document_type": document.doctype, "document": document.name}
	rows = frappe.get_all(RECORD, asked, list(COLUMNS), order_by="creation", limit=MOST_SHOWN)
	writes = document.has_permission("write")
	return [_shown(row, writes) for row in rows]


def _shown(row: Mapping, writes: bool) -> dict:
	"""A row of a payment names no payer."""
	part = row["part"] if row["their_type"] == "Sales Invoice" else ""
	shown = {"their_type": row["their_type"], "their_status": row["their_status"] or "", "part": part or ""}
	if row["their_document"] and frappe.has_permission(row["their_type"], "read", doc=row["their_document"]):
		shown |= {field: row[field] for field in ("their_document", "amount", "outstanding")}
	return {**shown, "problem": row["problem"] if writes else None}
