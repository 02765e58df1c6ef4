"""What the forms of complaint, car and visit call, over the desk and over REST."""

import frappe
from frappe import _
from frappe.utils import cint

from crm4s.access.required import require_document, require_permission
from crm4s.complaints import compensation, feedback, statutory
from crm4s.complaints.similar import similar_to

COMPLAINT, CAR = "C4S Complaint", "C4S Vehicle"


@frappe.whitelist()
def similar(complaint: str) -> dict:
	"""Complaints like this one among those that the reader sees; see `similar_to`."""
	return similar_to(require_document(COMPLAINT, complaint, "read", locking=False))


@frappe.whitelist()
def limits_of_car(vehicle: str) -> list[dict]:
	"""Where a car stands with the statutory limits; the counts are those of the whole group, the visits behind them are not shown."""
	require_permission(CAR, "read", vehicle)
	return statutory.of_car(vehicle)


@frappe.whitelist(methods=["POST"])
def decide_compensation(complaint: str, approved: int, note: str | None = None) -> None:
	"""Approve or refuse an amount above the limit; for managers."""
	document = require_document(COMPLAINT, complaint)
	if not compensation.may_approve():
		frappe.throw(_("Only the CRM manager or the dealer manager approves amounts."), frappe.PermissionError)
	compensation.decide(document, bool(cint(approved)), note)


@frappe.whitelist(methods=["POST"])
def tell_customer(complaint: str, by: str) -> None:
	"""Let the customer know how the complaint was settled: by Message or Call; for those who may write the complaint."""
	document = require_document(COMPLAINT, complaint)
	if by not in (feedback.MESSAGE, feedback.CALL):
		frappe.throw(_("Choose whether a message is sent or somebody calls."))
	feedback.tell_customer(document, by)
