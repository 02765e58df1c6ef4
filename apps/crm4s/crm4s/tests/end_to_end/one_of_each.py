"""A store with one document of each core type, for tests that open lists and forms."""

import frappe
from frappe.utils import add_to_date, now_datetime

from crm4s.crm4s.doctype.c4s_car_rental.test_c4s_car_rental import make_car, make_rental
from crm4s.crm4s.doctype.c4s_care_task.test_c4s_care_task import make_task
from crm4s.crm4s.doctype.c4s_coupon.test_c4s_coupon import make_coupon
from crm4s.crm4s.doctype.c4s_consent.test_c4s_consent import make_consent
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_deal import actions
from crm4s.crm4s.doctype.c4s_deal.test_c4s_deal import make_deal
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_event_registration.test_c4s_event_registration import make_registration
from crm4s.crm4s.doctype.c4s_improvement_action.test_c4s_improvement_action import make_action
from crm4s.crm4s.doctype.c4s_insurance_claim.test_c4s_insurance_claim import make_claim
from crm4s.crm4s.doctype.c4s_insurance_policy.test_c4s_insurance_policy import make_policy
from crm4s.crm4s.doctype.c4s_interaction.test_c4s_interaction import make_interaction
from crm4s.crm4s.doctype.c4s_membership.test_c4s_membership import make_member
from crm4s.crm4s.doctype.c4s_owner_club.test_c4s_owner_club import make_club
from crm4s.crm4s.doctype.c4s_part.test_c4s_part import make_part
from crm4s.crm4s.doctype.c4s_purchase_advice.test_c4s_purchase_advice import make_advice
from crm4s.crm4s.doctype.c4s_quality_check.test_c4s_quality_check import make_quality_check
from crm4s.crm4s.doctype.c4s_query_log.c4s_query_log import log_query
from crm4s.crm4s.doctype.c4s_referral.test_c4s_referral import make_referral
from crm4s.crm4s.doctype.c4s_segment.test_c4s_segment import make_segment
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import make_appointment
from crm4s.crm4s.doctype.c4s_service_package.test_c4s_service_package import make_package
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import make_service_visit
from crm4s.crm4s.doctype.c4s_showroom_visit.test_c4s_showroom_visit import make_visit
from crm4s.crm4s.doctype.c4s_retention_case.test_c4s_retention_case import make_retention_case
from crm4s.crm4s.doctype.c4s_survey_invitation.test_c4s_survey_invitation import make_invitation
from crm4s.crm4s.doctype.c4s_survey_response.test_c4s_survey_response import make_response
from crm4s.crm4s.doctype.c4s_test_drive.test_c4s_test_drive import make_test_drive
from crm4s.crm4s.doctype.c4s_test_drive_route.test_c4s_test_drive_route import make_route
from crm4s.crm4s.doctype.c4s_reconditioning_job.test_c4s_reconditioning_job import make_job
from crm4s.crm4s.doctype.c4s_used_car_appraisal.test_c4s_used_car_appraisal import make_bought
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.crm4s.doctype.c4s_vehicle_option.test_c4s_vehicle_option import make_option
from crm4s.dispatch.tests.factories import make_order
from crm4s.messages.outbox import Wish, queue
from crm4s.segments.clubs import join
from crm4s.service import links
from crm4s.tests.processes import insert_in_status

# What everybody's work stands on; and what belongs to one kind of work.
CORE_DOCUMENTS = (
	"C4S Dealership",
	"C4S Vehicle Model",
	"C4S Vehicle Option",
	"C4S Part",
	"C4S Customer",
	"C4S Vehicle",
	"C4S Stock Movement",
	"C4S Lead",
	"C4S Deal",
	"C4S Service Visit",
	"C4S Complaint",
	"C4S Survey",
	"C4S Survey Response",
)
FURTHER_DOCUMENTS = (
	"C4S Survey Invitation",
	"C4S Store Relationship",
	"C4S Odometer Reading",
	"C4S Query Log",
	"C4S Used Car Appraisal",
	"C4S Reconditioning Job",
	"C4S Quotation Version",
	"C4S Deal Service",
	"C4S Resource",
	"C4S Booking",
	"C4S Test Drive Route",
	"C4S Test Drive",
	"C4S Holiday",
	"C4S Showroom Visit",
	"C4S Purchase Advice",
	"C4S Service Package",
	"C4S Approval Link",
	"C4S Service Appointment",
	"C4S Dispatch Order",
	"C4S Insurance Policy",
	"C4S Insurance Claim",
	"C4S Car Rental",
	"C4S Retention Case",
	"C4S Care Task",
	"C4S Interaction",
	"C4S Membership",
	"C4S Points Entry",
	"C4S Coupon",
	"C4S Referral",
	"C4S Message",
	"C4S Consent",
	"C4S Segment",
	"C4S Owner Club Member",
	"C4S Campaign",
	"C4S Event Registration",
	"C4S Improvement Action",
)
VIN = "LFV3A23C0K3000019"
STORE = "E2E-STORE"


def make_one_of_each(store: str = STORE) -> dict[str, str]:
	"""Names of the documents made, by document type; not committed."""
	make_dealership(store)
	customer = make_customer("13800138019", store=store).name
	vehicle = _make("C4S Vehicle", vin=VIN, check_digit_confirmed=1, entered_as="In Use", dealership=store, model=make_model().name)
	vehicle.append("parties", {"party_role": "Owner", "customer": customer, "valid_from": "2024-03-01"})
	vehicle.save()
	now = now_datetime()
	visit = _make(
		"C4S Service Visit",
		visit_kind="Workshop",
		status="Settled",
		dealership=store,
		customer=customer,
		vehicle=vehicle.name,
		arrived_on=add_to_date(now, hours=-5),
		settled_on=add_to_date(now, hours=-1),
		odometer=15230,
		concern="右前轮有异响",
		items=[{"item_kind": "Labour", "item_name": "小保养工时", "quantity": 1, "unit_price": 180, "payer": "Customer"}],
	)
	check = make_quality_check(store)
	lead = _make(
		"C4S Lead", lead_name="李静", phone="13800138020", source=_any("C4S Source"), received_on=now, status="Open", dealership=store
	)
	deal = make_deal(dealership=store, customer=customer, items=[{"item_name": "全车贴膜", "quantity": 1, "unit_price": 2680}])
	service = _make("C4S Deal Service", deal=deal.name, kind="Insurance", charged_amount=5230)
	quotation = actions.quote(deal.name)
	actions.record_payment(deal.name, "Deposit", 5000, "WeChat Pay")
	drive = _make_test_drive(store, lead.name)
	appraisal = make_bought(dealership=store, customer=customer)
	complaint = _make(
		"C4S Complaint",
		customer=customer,
		vehicle=vehicle.name,
		dealership=store,
		severity=_any("C4S Complaint Severity"),
		status="Open",
		channel="Phone",
		received_on=now,
		description="交车时间一再推迟",
	)
	survey = frappe.get_doc("C4S Survey", {"survey_kind": "CSI"})
	answers = [question.options.splitlines()[0] if question.options else "8" for question in survey.questions]
	response = make_response(survey, *answers, dealership=store, customer=customer, vehicle=vehicle.name)
	log_query("Stock", {"model": "T-MODEL"}, result_count=1, dealership=store)
	policy = make_policy(store, vehicle=vehicle.name, customer=customer)
	member = make_member(customer, points=100, enrolled_at=store)
	registration = make_registration(dealership=store, customer=customer)
	return {
		"C4S Dealership": store,
		"C4S Vehicle Model": make_model().name,
		"C4S Vehicle Option": make_option("E2E-ROOF").name,
		"C4S Part": make_part("E2E-04152").name,
		"C4S Customer": customer,
		"C4S Store Relationship": _first("C4S Store Relationship", customer=customer),
		"C4S Vehicle": vehicle.name,
		"C4S Odometer Reading": _first("C4S Odometer Reading", vehicle=vehicle.name),
		"C4S Stock Movement": _first("C4S Stock Movement", vehicle=vehicle.name),
		"C4S Query Log": _first("C4S Query Log", dealership=store),
		"C4S Lead": lead.name,
		"C4S Deal": deal.name,
		"C4S Used Car Appraisal": appraisal.name,
		"C4S Reconditioning Job": make_job(appraisal.vehicle, planned_cost=800).name,
		"C4S Quotation Version": quotation,
		"C4S Deal Service": service.name,
		"C4S Resource": drive.resource,
		"C4S Booking": drive.booking,
		"C4S Test Drive Route": drive.route,
		"C4S Test Drive": drive.name,
		"C4S Holiday": _make("C4S Holiday", holiday_date="2040-01-01", holiday_name="元旦", dealership=store).name,
		"C4S Showroom Visit": make_visit(dealership=store, lead=lead.name, phone="13800138020").name,
		"C4S Purchase Advice": make_advice(dealership=store, lead=lead.name).name,
		"C4S Service Visit": visit.name,
		"C4S Service Package": make_package("E2E-小保养").name,
		"C4S Approval Link": _make_approval_link(store, customer, vehicle.name),
		"C4S Service Appointment": make_appointment(store, customer=customer, vehicle=vehicle.name).name,
		"C4S Dispatch Order": _make_dispatch_order(store, customer, vehicle.name),
		"C4S Insurance Policy": policy.name,
		"C4S Care Task": make_task(dealership=store, customer=customer, vehicle=vehicle.name).name,
		"C4S Insurance Claim": make_claim(store, vehicle=vehicle.name, customer=customer).name,
		"C4S Car Rental": make_rental(store, customer=customer, resource=make_car(store).name, rental_class="SUV").name,
		"C4S Repair Job": check.repair_job,
		"C4S Quality Check": check.name,
		"C4S Retention Case": make_retention_case(customer=customer, vehicle=vehicle.name, dealership=store).name,
		"C4S Membership": member.name,
		"C4S Points Entry": _first("C4S Points Entry", membership=member.name),
		"C4S Coupon": make_coupon(dealership=store, customer=customer).name,
		"C4S Referral": make_referral(dealership=store, customer=customer).name,
		"C4S Message": _queue_message(store, customer),
		"C4S Consent": make_consent(customer).name,
		"C4S Segment": make_segment(("Customer", "city", "is set", None), dealership=store).name,
		"C4S Owner Club Member": join(make_club(store).name, customer),
		"C4S Campaign": registration.campaign,
		"C4S Event Registration": registration.name,
		"C4S Complaint": complaint.name,
		"C4S Interaction": make_interaction(dealership=store, customer=customer, vehicle=vehicle.name).name,
		"C4S Improvement Action": make_action(dealership=store, document_type="C4S Complaint", document_name=complaint.name).name,
		"C4S Survey": survey.name,
		"C4S Survey Response": response.name,
		"C4S Survey Invitation": make_invitation(survey.name, store, customer=customer).name,
	}


def _make_approval_link(store: str, customer: str, vehicle: str) -> str:
	links.make(make_service_visit(dealership=store, customer=customer, vehicle=vehicle), "Approval")
	return _first("C4S Approval Link", dealership=store)


def _make_dispatch_order(store: str, customer: str, vehicle: str) -> str:
	fees = [{"item_kind": "Call-Out", "item_name": "出车费", "quantity": 1, "unit_price": 100}]
	return make_order(store, customer=customer, vehicle=vehicle, plate_number=None, fees=fees).name


def _queue_message(store: str, customer: str) -> str:
	queue([Wish("one of each", customer, "Service Information", ("SMS",), "等车关怀", dealership=store)])
	return _first("C4S Message", customer=customer)


def _make_test_drive(store: str, lead: str):
	tomorrow = add_to_date(now_datetime(), days=1)
	return make_test_drive(
		store,
		lead=lead,
		route=make_route(store).name,
		planned_from=tomorrow,
		planned_to=add_to_date(tomorrow, minutes=40),
		ratings=[{"aspect": _any("C4S Test Drive Aspect"), "rating": 5}],
	)


def _make(doctype: str, **values):
	return insert_in_status({"doctype": doctype, **values})


def _any(doctype: str) -> str:
	return frappe.get_all(doctype, pluck="name", limit=1)[0]


def _first(doctype: str, **filters) -> str:
	return frappe.get_all(doctype, filters=filters, pluck="name", limit=1)[0]
