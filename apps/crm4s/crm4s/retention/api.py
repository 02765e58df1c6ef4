"""What the forms of case, car and customer call, over the desk and over REST."""

import frappe

from crm4s.access.own_store import own_store
from crm4s.access.required import require_document, require_permission
from crm4s.retention import offers
from crm4s.retention import glance as at_a_glance
from crm4s.retention.cases import CAR, CASE, CUSTOMER


@frappe.whitelist()
def glance(case: str) -> dict:
	"""What the form of a case shows beside it."""
	document = require_document(CASE, case, "read", locking=False)
	return {**at_a_glance.glance(document), **at_a_glance.standing(document.churn_stage), "may_approve": offers.may_approve()}


@frappe.whitelist()
def cars_of_customer(customer: str) -> list[dict]:
	"""The customer's cars with the stage of each, as far as the reader sees them."""
	require_permission(CUSTOMER, "read", customer)
	require_permission(CAR, "read")
	return at_a_glance.cars_of(customer)


@frappe.whitelist()
def case_of_car(vehicle: str) -> dict:
	"""The colour of the car's stage and its open case, if the reader may see it."""
	require_permission(CAR, "read", vehicle)
	car = frappe.db.get_value(CAR, vehicle, ["current_owner", "churn_stage"], as_dict=True)
	may_read = frappe.has_permission(CASE, "read")
	case = at_a_glance.case_of(car.current_owner, vehicle, "") if may_read else None
	return {"case": case, "customer": car.current_owner, **at_a_glance.standing(car.churn_stage)}


@frappe.whitelist(methods=["POST"])
def open_case(customer: str, reason: str, vehicle: str | None = None, why: str | None = None) -> str:
	"""Open a case from the form of a car or a customer, its first contact today; the case, also the one that was open already."""
	require_permission(CASE, "create")
	require_permission(CUSTOMER, "read", customer)
	known = at_a_glance.case_of(customer, vehicle, own_store() or "")
	if known:
		return known
	case = frappe.get_doc({"doctype": CASE, "customer": customer, "vehicle": vehicle, "reason": reason, "care_plan": why})
	case.append("contacts", {"planned_on": frappe.utils.nowdate(), "channel": "Phone"})
	return case.insert().name


@frappe.whitelist(methods=["POST"])
def decide_offer(case: str, approved: int, note: str | None = None) -> None:
	"""Approve or refuse an offer above the limit; for managers."""
	document = require_document(CASE, case)
	if not offers.may_approve():
		frappe.throw(frappe._("Only the CRM manager or the dealer manager approves offers."), frappe.PermissionError)
	offers.decide(document, bool(frappe.utils.cint(approved)), note)


@frappe.whitelist(methods=["POST"])
def give_offer(case: str) -> None:
	"""Give the customer what is offered, once; for those who may write the case."""
	offers.give(require_document(CASE, case))
