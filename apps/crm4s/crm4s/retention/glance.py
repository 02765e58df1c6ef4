"""What whoever calls should know beforehand: the car's last visits, complaints, the last answer to a survey, and how the cars of a customer stand."""

import frappe

from crm4s.crm4s.doctype.c4s_stock_movement.transitions import WITH_CUSTOMER
from crm4s.retention.cases import CAR, CASE, VISIT, key_of, open_case_of

LAST_VISITS = 5
MOST_CARS = 20


def glance(case) -> dict:
	"""Of a case: visits, complaints, survey and membership, as far as the reader may see each; lists, the newest first."""
	about = {"vehicle": case.vehicle} if case.vehicle else {"customer": case.customer}
	return {
		"visits": _listed(VISIT, {**about, "status": ["!=", "Cancelled"]}, ["name", "dealership", "visit_kind", "arrived_on", "status", "customer_amount"], "arrived_on desc"),
		"complaints": _listed("C4S Complaint", {"customer": case.customer}, ["name", "subject", "status", "severity", "received_on"], "received_on desc"),
		"surveys": _listed("C4S Survey Response", {"customer": case.customer}, ["name", "survey", "score", "responded_on"], "responded_on desc", 1),
		"membership": next(iter(_listed("C4S Membership", {"customer": case.customer}, ["name", "tier", "balance"], "creation desc", 1)), None),
	}


def cars_of(customer: str) -> list[dict]:
	"""The customer's cars with their stage and open case, as far as the reader sees them."""
	fields = ["name", "vehicle_title", "churn_stage", "churn_stage_since", "last_workshop_visit_on"]
	cars = frappe.get_list(CAR, {"current_owner": customer, "status": ["in", list(WITH_CUSTOMER)]}, fields, order_by="name", limit_page_length=MOST_CARS)
	return [{**car, **standing(car.churn_stage), "case": case_of(customer, car.name, "")} for car in cars]


def standing(stage: str | None) -> dict:
	"""The colour of a stage."""
	return {"colour": ((stage and frappe.get_cached_value("C4S Churn Stage", stage, "colour")) or "Gray").lower()}


def case_of(customer: str, vehicle: str | None, dealership: str) -> str | None:
	"""The open case, if there is one that the reader sees."""
	name = open_case_of(key_of(customer, vehicle, dealership))
	return name if name and frappe.has_permission(CASE, "read", doc=name) else None


def _listed(doctype: str, filters: dict, fields: list[str], order_by: str, limit: int = LAST_VISITS) -> list[dict]:
	if not frappe.has_permission(doctype, "read"):
		return []
	return frappe.get_list(doctype, filters, fields, order_by=order_by, limit_page_length=limit)
