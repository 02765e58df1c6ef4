"""What the dispatch board reads."""

import frappe

from crm4s.access.customers import CUSTOMER
from crm4s.access.required import require_permission, require_store
from crm4s.access.vehicles import VEHICLE
from crm4s.dispatch import board, home_service
from crm4s.dispatch.actions import ORDER
from crm4s.reception.board import outlets

TROUBLE = ("name", "dispatch_minutes", "arrival_minutes", "on_site_minutes", "call_out_fee")


@frappe.whitelist()
def get_choices() -> dict:
	"""The caller's stores, troubles with their standards and fees, and what the caller may do; for those who may read orders."""
	require_permission(ORDER, "read")
	return {
		"stores": outlets(),
		"troubles": frappe.get_all("C4S Trouble Type", {"enabled": 1}, list(TROUBLE), order_by="sequence, name"),
		**board.fees(),
		"may_take_calls": bool(frappe.has_permission(ORDER, "create")) and bool(frappe.has_permission("C4S Service Appointment", "create")),
		"may_send": bool(frappe.has_permission(ORDER, "write")),
		"may_enter_customers": bool(frappe.has_permission(CUSTOMER, "create")) and bool(frappe.has_permission(VEHICLE, "create")),
		# The steps of appointments that a caller has are taken at the appointment desk.
		"may_receive": False,
	}


@frappe.whitelist()
def get_board(dealership: str) -> dict:
	"""One of the caller's stores now; for those who may read orders."""
	require_permission(ORDER, "read")
	require_store(dealership)
	return board.read(dealership)


@frappe.whitelist()
def get_teams(order: str) -> list[dict]:
	"""Who can be sent to an order, the nearest free one first; for those who may write the order."""
	require_permission(ORDER, "write", order)
	return board.candidates(frappe.get_doc(ORDER, order))


@frappe.whitelist()
def get_teams_for_appointment(appointment: str) -> list[dict]:
	"""Who can be sent to a home service that was booked; for those who may write the appointment."""
	require_permission("C4S Service Appointment", "write", appointment)
	return board.candidates(home_service.draft_of(frappe.get_doc("C4S Service Appointment", appointment)), appointment)
