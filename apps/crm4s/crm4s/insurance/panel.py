"""What the form of a car shows of its insurance: policies and claims that the reader may see."""

import frappe

from crm4s.access.required import require_document
from crm4s.insurance.cover import POLICY

CLAIM, VEHICLE = "C4S Insurance Claim", "C4S Vehicle"
MOST = 5


@frappe.whitelist()
def of_vehicle(vehicle: str) -> dict:
	"""policies: name, kind, insurer, number, days and status, those that end last come first; claims: the latest ones."""
	require_document(VEHICLE, vehicle, "read", locking=False)
	policies = claims = []
	if frappe.has_permission(POLICY, "read"):
		fields = ["name", "policy_kind", "insurer", "policy_number", "valid_from", "covered_until", "renewed_by", "status"]
		policies = frappe.get_list(POLICY, filters={"vehicle": vehicle}, fields=fields, order_by="covered_until desc", limit_page_length=MOST)
	if frappe.has_permission(CLAIM, "read"):
		fields = ["name", "status", "loss_on", "insurer", "assessed_total", "paid_amount", "due_on"]
		claims = frappe.get_list(CLAIM, filters={"vehicle": vehicle}, fields=fields, order_by="loss_on desc", limit_page_length=MOST)
	return {"policies": policies, "claims": claims}
