"""What the forms of complaint, car and visit call, over the desk and over REST."""

import frappe
from frappe import _
from frappe.utils import cint

from crm4s.access.required import require_document
from crm4s.complaints import compensation, feedback, statutory
from crm4s.complaints.similar import similar_to

COMPLAINT, CAR, VISIT = "C4S Complaint", "C4S Vehicle", "C4S Service Visit"


@frappe.whitelist()
def similar(complaint: str) -> dict:
	"""Complaints like this one among those that the reader sees; see `similar_to`."""
	return similar_to(require_document(COMPLAINT, complaint, "read", locking=False))


@frappe.whitelist()
def statutory_limits(document_type: str, document_name: str) -> list[dict]:
	"""Where a car, or that of a complaint or visit, stands with the law, for those who read the document.

	The counts are those of the whole group; the visits behind them are not shown.
	"""
	document = require_document(_of_cars(document_type), document_name, "read", locking=False)
	car = document.name if document_type == CAR else document.vehicle
	return statutory.of_car(car) if car else []


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


def _of_cars(document_type: str) -> str:
	if document_type not in (CAR, COMPLAINT, VISIT):
		frappe.throw(_("This has no car."))
	return document_type
