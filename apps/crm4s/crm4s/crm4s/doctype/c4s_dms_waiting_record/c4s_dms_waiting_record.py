"""A record of a connected system that names something which has not come yet. Written by crm4s.dms.intake.waiting; people try again or drop it."""

import frappe
from frappe import _
from frappe.model.document import Document

from crm4s.access.required import require_permission
from crm4s.dms.intake.sweep import queue_sweep
from crm4s.dms.intake.waiting import WAITING, WAITING_RECORD


class C4SDMSWaitingRecord(Document):
	pass


@frappe.whitelist(methods=["POST"])
def try_again(names: str | list) -> int:
	"""Take these in now where what they wait for is there; how many are tried. For those who may take waiting records away."""
	require_permission(WAITING_RECORD, "delete")
	chosen = frappe.get_list(WAITING_RECORD, {"name": ["in", frappe.parse_json(names) or [""]]}, ["name", "link"], limit_page_length=0)
	frappe.db.set_value(WAITING_RECORD, {"name": ["in", [row.name for row in chosen] or [""]]}, {"state": WAITING, "message": None}, update_modified=False)
	for link in sorted({row.link for row in chosen}):
		queue_sweep(link)
	frappe.msgprint(_("{0} records are tried again; those whose time has not come keep waiting.").format(len(chosen)), alert=True)
	return len(chosen)


def on_doctype_update() -> None:
	frappe.db.add_unique(WAITING_RECORD, ["link", "entity", "external_id"], "link_entity_external_id")
	# Whom an arrival concerns.
	frappe.db.add_index(WAITING_RECORD, ["link", "waits_for_entity", "waits_for_id"], "link_waits_for")
