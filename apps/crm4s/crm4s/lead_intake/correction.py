"""What managers do with a quarantined lead: try it again after a correction, or say that nothing becomes of it."""

import json
from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _
from frappe.utils import cint

from crm4s.access.required import require_permission
from crm4s.access.stores import stores_of
from crm4s.lead_intake.quarantine import QUARANTINE
from crm4s.lead_intake.receive import QUARANTINED, receive


@frappe.whitelist(methods=["POST"])
def try_again(name: str) -> dict:
	"""Take the corrected facts once more: {outcome, lead, reason}. For managers who may write this quarantined lead."""
	require_permission(QUARANTINE, "write")
	frappe.db.get_value(QUARANTINE, name, "name", for_update=True)
	row = frappe.get_doc(QUARANTINE, name)
	row.check_permission("write")
	_require_open(row)
	facts = frappe._dict(json.loads(row.facts or "{}"))
	_require_own_store(facts, row)
	key, row.external_key = row.external_key, None
	row.save(ignore_permissions=True)
	result = receive(facts, row.source, key)
	if result.outcome == QUARANTINED:
		reason = result.reason
		frappe.delete_doc(QUARANTINE, result.quarantined, ignore_permissions=True, force=True)
		row.update({"reason": reason, "external_key": key, "tries": cint(row.tries) + 1})
	else:
		row.update({"status": "Solved", "lead": result.lead, "external_key": key, "tries": cint(row.tries) + 1})
	row.save(ignore_permissions=True)
	return {"outcome": result.outcome, "lead": result.lead, "reason": result.reason}


@frappe.whitelist(methods=["POST"])
def discard(name: str, reason: str) -> None:
	"""Nothing becomes of it, and why. For managers who may write this quarantined lead."""
	require_permission(QUARANTINE, "write")
	row = frappe.get_doc(QUARANTINE, name)
	row.check_permission("write")
	_require_open(row)
	if not (reason or "").strip():
		frappe.throw(_("Say why nothing becomes of it."))
	row.update({"status": "Discarded"}).save(ignore_permissions=True)
	row.add_comment("Comment", frappe.utils.escape_html(reason.strip()))


def _require_open(row) -> None:
	if row.status != "Open":
		frappe.throw(_("This one is {0} already.").format(_(row.status)))


def _require_own_store(facts: Mapping[str, Any], row) -> None:
	"""A manager corrects for the own stores; a lead of another one is not made by typing its code."""
	stores, store = stores_of(), facts.get("dealership") or row.dealership
	if stores is not None and store and store not in stores:
		frappe.throw(_("You do not work for store {0}.").format(frappe.bold(frappe.utils.escape_html(store))), frappe.PermissionError)
