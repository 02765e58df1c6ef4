"""What the job board and the technician's page read."""

import frappe
from frappe.utils import getdate

from crm4s.access.required import require_permission, require_store
from crm4s.reception.board import outlets
from crm4s.workshop import board, mine
from crm4s.workshop.progress import JOB, VISIT


@frappe.whitelist()
def get_choices() -> dict:
	"""The caller's stores, reasons of a pause, and what the caller may do; for those who may read jobs."""
	require_permission(JOB, "read")
	reasons = frappe.get_meta(JOB).get_field("pause_reason").options.split("\n")
	return {
		"stores": outlets(),
		"reasons": [reason for reason in reasons if reason not in ("", "Rework")],
		"may_plan": bool(frappe.has_permission(JOB, "write")),
		"may_check": "C4S Workshop Manager" in frappe.get_roles() and bool(frappe.has_permission(VISIT, "write")),
	}


@frappe.whitelist()
def get_board(dealership: str, day: str | None = None) -> dict:
	"""A day of one of the caller's stores; for those who may read jobs."""
	require_permission(JOB, "read")
	require_store(dealership)
	return board.read(dealership, getdate(day or None))


@frappe.whitelist()
def get_my_jobs() -> dict:
	"""The jobs of the caller, who is a technician; for those who may read jobs."""
	require_permission(JOB, "read")
	return mine.read()
