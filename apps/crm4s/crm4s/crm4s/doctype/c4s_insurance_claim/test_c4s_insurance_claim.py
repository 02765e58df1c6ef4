from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, now_datetime

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_insurance_policy.test_c4s_insurance_policy import INSURER, make_policy
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import item, make_service_visit, settle
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.exceptions import ClaimError, PolicyError, WalkRoundError
from crm4s.insurance import actions, panel
from crm4s.my_day.day import day_of
from crm4s.my_day.work import current_person
from crm4s.service.tests.test_walk_round import picture
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import DealingTests

test_ignore = ["User"]

BUMPER = {"item_kind": "Part", "item_name": "前保险杠", "quantity": 1, "asked_amount": 1800, "assessed_amount": 1650}
PAINT = {"item_kind": "Labour", "item_name": "喷漆", "quantity": 3, "asked_amount": 1000, "assessed_amount": 1000}


def make_claim(store: str | None = None, **overrides):
	"""A saved claim, reported two days ago for what happened an hour before, of a car that is insured."""
	store = store or make_dealership("CLAIM-1").name
	values = {
		"doctype": "C4S Insurance Claim",
		"dealership": store,
		"loss_on": days_ago(2, hours=1),
		"reported_on": days_ago(2),
		"place": "人民路与解放路口",
		"what_happened": "倒车碰到立柱",
		"losses": [BUMPER, PAINT],
		**overrides,
	}
	if "customer" not in values:
		values["customer"] = make_customer().name
	if "vehicle" not in values:
		values["vehicle"] = make_vehicle().name
		if values.get("covered_by") != "Third Party's Insurer":
			make_policy(store, vehicle=values["vehicle"], customer=values["customer"])
	return frappe.get_doc(values).insert()


def days_ago(days: float, hours: float = 0):
	return (now_datetime() - timedelta(days=days, hours=hours)).replace(second=0, microsecond=0)


def surveyed(claim):
	actions.survey(claim.name, "王查勘", "RP202600001", str(days_ago(1)), "At the Place")
	return fresh(claim)


def assessed(claim):
	actions.assess(surveyed(claim).name, str(days_ago(1)))
	return fresh(claim)


def with_documents(claim):
	for row in claim.documents:
		row.document_state = "Received" if row.mandatory else "Not Needed"
	return claim.save()


def submitted(claim):
	"""Assessed, repaired for 2,650, settled and submitted."""
	visit = frappe.get_doc("C4S Service Visit", actions.begin_repair(assessed(claim).name))
	settle(visit, hours=0)
	actions.submit_documents(with_documents(fresh(claim)).name)
	return fresh(claim)


def fresh(document):
	return frappe.get_doc(document.doctype, document.name)


class ClaimTestCase(FrappeTestCase):
	def setUp(self):
		self.store = make_dealership("CLAIM-1").name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		frappe.clear_document_cache("C4S Settings", "C4S Settings")

	def claim(self, **overrides):
		return make_claim(self.store, **overrides)

	def refused(self, sentence: str, error=ClaimError):
		return self.assertRaisesRegex(error, sentence)


class TestCover(ClaimTestCase):
	def test_the_policy_of_the_day_is_found_commercial_first(self):
		car, customer = make_vehicle().name, make_customer().name
		compulsory = make_policy(self.store, vehicle=car, customer=customer, policy_kind="Compulsory Insurance")
		claim = self.claim(vehicle=car, customer=customer)
		self.assertEqual((compulsory.name, INSURER, compulsory.policy_number), (claim.policy, claim.insurer, claim.policy_number))
		commercial = make_policy(self.store, vehicle=car, customer=customer, insurer="Other Insurer")
		claim = self.claim(vehicle=car, customer=customer)
		self.assertEqual((commercial.name, "Other Insurer"), (claim.policy, claim.insurer))
		self.assertEqual(compulsory.name, self.claim(vehicle=car, customer=customer, policy=compulsory.name).policy)

	def test_a_car_that_was_not_insured_on_the_day_is_refused(self):
		car = make_vehicle().name
		with self.refused("No policy that is entered covers this car on"):
			self.claim(vehicle=car)
		policy = make_policy(self.store, vehicle=car, valid_from=getdate(days_ago(1)))
		with self.refused("No policy that is entered"):
			self.claim(vehicle=car)
		with self.refused("This policy did not cover the car on"):
			self.claim(vehicle=car, policy=policy.name)

	def test_the_third_party_s_insurer_pays_without_a_policy_of_ours(self):
		with self.refused("Enter the third party's insurer", frappe.MandatoryError):
			self.claim(covered_by="Third Party's Insurer")
		claim = self.claim(covered_by="Third Party's Insurer", insurer=INSURER, policy_number="X1")
		self.assertEqual((None, INSURER, "X1"), (claim.policy, claim.insurer, claim.policy_number))
		own = self.claim()
		own.update({"covered_by": "Third Party's Insurer", "insurer": "Other Insurer"}).save()
		self.assertEqual((None, "Other Insurer", None), (own.policy, own.insurer, own.policy_number))

	def test_another_day_is_another_policy(self):
		claim = self.claim()
		car = claim.vehicle
		frappe.db.set_value("C4S Insurance Policy", claim.policy, {"valid_from": getdate(days_ago(3))})
		older = make_policy(self.store, vehicle=car, valid_from="2020-01-01", valid_until=getdate(days_ago(4)))
		claim.update({"loss_on": days_ago(5)}).save()
		self.assertEqual(older.name, claim.policy)

	def test_a_policy_with_a_claim_keeps_its_days_and_is_not_surrendered_before_it(self):
		claim = self.claim()
		policy = frappe.get_doc("C4S Insurance Policy", claim.policy)
		with self.refused(f"Claim {claim.name} stands on this policy", PolicyError):
			frappe.get_doc("C4S Insurance Policy", policy.name).update({"valid_from": getdate()}).save()
		with self.refused("happened after that day", PolicyError):
			actions.surrender(policy.name, str(getdate(days_ago(4))), "卖车")
		actions.surrender(policy.name, str(getdate()), "卖车")
		# The claim goes on under it.
		surveyed(claim)


class TestReport(ClaimTestCase):
	def test_moments_come_in_their_order_and_not_in_the_future(self):
		with self.refused("Reported On must not be before Happened On"):
			self.claim(reported_on=days_ago(3))
		with self.refused("Reported On must not lie in the future"):
			self.claim(reported_on=days_ago(-1))
		with self.refused("Surveyed On must not be before Reported On"):
			actions.survey(self.claim().name, "王查勘", "RP1", str(days_ago(4)))

	def test_the_usual_share_follows_from_the_responsibility_and_may_differ(self):
		for responsibility, share in (("Full Fault", 100), ("Main Fault", 70), ("Equal Fault", 50), ("Lesser Fault", 30), ("No Fault", 0)):
			self.assertEqual(share, self.claim(responsibility=responsibility).own_share)
		self.assertEqual(60, self.claim(responsibility="Equal Fault", own_share=60).own_share)
		with self.refused("must lie between 0 and 100"):
			self.claim(own_share=101)

	def test_the_documents_that_insurers_want_come_from_the_template(self):
		claim = self.claim()
		self.assertEqual("理赔资料 通用", claim.document_template)
		wanted = sum(row.mandatory for row in claim.documents)
		self.assertTrue(wanted)
		self.assertEqual(wanted, claim.documents_missing)
		claim.documents[0].document_state = "Received"
		claim.documents[1].document_state = "Not Needed"
		claim.save()
		self.assertTrue(claim.documents[0].received_on)
		self.assertFalse(claim.documents[1].received_on)
		self.assertEqual(wanted - 2, claim.documents_missing)


	def test_documents_are_received_several_at_once(self):
		claim = self.claim()
		names = [row.name for row in claim.documents[:3]]
		actions.receive_documents(claim.name, names)
		claim = fresh(claim)
		self.assertEqual(["Received"] * 3 + ["Missing"], [row.document_state for row in claim.documents[:4]])
		with self.refused("A document of the claim is not known"):
			actions.receive_documents(claim.name, [self.claim().documents[0].name])


class TestStages(ClaimTestCase):
	def test_from_the_report_to_the_payment(self):
		claim = submitted(self.claim())
		self.assertEqual(("Submitted", 2650, 0), (claim.status, claim.repair_amount, claim.difference_amount))
		actions.settle(claim.name, 2500, str(getdate()), "Store")
		claim = fresh(claim)
		self.assertEqual(("Paid Out", 2500, 150, None), (claim.status, claim.paid_amount, claim.self_paid_amount, claim.due_on))

	def test_each_stage_says_what_it_needs(self):
		claim = self.claim(losses=[])
		with self.refused("For the stage Surveyed these are needed: Report Number, Surveyor"):
			actions.survey(claim.name, "", "")
		claim = surveyed(claim)
		with self.refused("Enter what the insurer grants"):
			actions.assess(claim.name)
		fresh(claim).update({"losses": [{**BUMPER, "assessed_amount": 500}]}).save()
		actions.assess(claim.name)
		with self.refused("Documents are missing: 索赔申请书"):
			actions.submit_documents(claim.name)
		self.assertEqual("Assessed", fresh(claim).status)
		actions.submit_documents(with_documents(fresh(claim)).name)
		with self.refused("these are needed: Amount Paid"):
			actions.settle(claim.name, 0, str(getdate()), "Customer")
		with self.refused("The insurer paid more than it granted"):
			actions.settle(claim.name, 500.01, str(getdate()), "Customer")
		actions.settle(claim.name, 480, str(getdate()), "Customer")
		self.assertEqual(20, fresh(claim).self_paid_amount)

	def test_a_saved_form_and_a_dragged_card_meet_the_same_rules(self):
		with self.refused("A claim begins with its report"):
			self.claim(status="Surveyed", report_number="RP1", surveyed_on=days_ago(1), surveyor="王查勘")
		claim = self.claim()
		with self.refused("A claim that is Reported cannot become Assessed"):
			frappe.client.set_value(claim.doctype, claim.name, "status", "Assessed")
		with self.refused("these are needed: Report Number, Surveyed On, Surveyor"):
			frappe.client.set_value(claim.doctype, claim.name, "status", "Surveyed")
		fresh(claim).update({"report_number": "rp-1", "surveyed_on": days_ago(1), "surveyor": "王查勘"}).save()
		frappe.client.set_value(claim.doctype, claim.name, "status", "Surveyed")
		self.assertEqual(("Surveyed", "RP1"), tuple(frappe.db.get_value(claim.doctype, claim.name, ["status", "report_number"])))

	def test_the_repair_is_settled_before_documents_go_out(self):
		claim = assessed(self.claim())
		visit = actions.begin_repair(claim.name)
		with_documents(fresh(claim))
		with self.refused(f"Settle the repair, visit {visit}, first"):
			actions.submit_documents(claim.name)

	def test_what_is_rejected_goes_on_where_it_ended(self):
		claim = assessed(self.claim())
		with self.refused("these are needed: Reason"):
			actions.end(claim.name, "Claim Rejected", "")
		with self.refused("Status must be one of"):
			actions.end(claim.name, "Paid Out", "x")
		actions.end(claim.name, "Claim Rejected", "酒驾")
		claim = fresh(claim)
		self.assertEqual(("Claim Rejected", "酒驾", None), (claim.status, claim.end_reason, claim.due_on))
		self.assertTrue(claim.ended_on)
		with self.refused("Place|Happened On|Report Number"):
			claim.update({"report_number": "OTHER"}).save()
		with self.refused("Say why"):
			actions.reopen(claim.name, " ")
		actions.reopen(claim.name, "复议通过")
		claim = fresh(claim)
		self.assertEqual(("Assessed", None, None), (claim.status, claim.end_reason, claim.ended_on))
		with self.refused("Only a claim that was rejected"):
			actions.reopen(claim.name, "复议")

	def test_what_is_paid_stays(self):
		claim = submitted(self.claim())
		actions.settle(claim.name, 2650, str(getdate()), "Store")
		for values in ({"paid_amount": 1}, {"loss_on": days_ago(3)}, {"losses": []}, {"insurer": "Other Insurer"}):
			with self.subTest(values), self.refused("of a claim that is Paid Out cannot be changed|is assessed and cannot"):
				fresh(claim).update(values).save()
		fresh(claim).update({"remark": "回单已存"}).save()


class TestDeadlines(ClaimTestCase):
	def test_the_next_step_is_due_after_the_days_of_the_settings(self):
		change_settings(claim_survey_days=2, claim_assessment_days=4)
		claim = self.claim()
		self.assertEqual(getdate(), claim.due_on)
		self.assertEqual(add_days(getdate(days_ago(1)), 4), surveyed(claim).due_on)

	def test_no_days_set_no_deadline(self):
		change_settings(claim_survey_days=0)
		self.assertIsNone(self.claim().due_on)

	def test_claims_that_are_due_stand_on_the_list_of_who_handles_them(self):
		change_settings(claim_survey_days=1)
		user = make_user("Service Advisor", [self.store])
		claim = self.claim(handler=user)
		self.claim()
		with as_user(user):
			mine = [item["name"] for item in day_of(current_person())["items"] if item["work"] == "insurance_claim"]
		self.assertEqual([claim.name], mine)


class TestLosses(ClaimTestCase):
	def test_what_is_assessed_stays_and_what_is_found_later_is_a_supplement(self):
		claim = assessed(self.claim())
		self.assertEqual((2800, 2650, 0), (claim.asked_total, claim.assessed_total, claim.supplement_total))
		actions.supplement(claim.name, "大灯支架", 120.5, asked_amount=150)
		claim = fresh(claim)
		self.assertEqual((2950, 2770.5, 120.5), (claim.asked_total, claim.assessed_total, claim.supplement_total))
		self.assertEqual([0, 0, 1], [row.supplement for row in claim.losses])
		with self.refused("前保险杠.* is assessed and cannot be changed; add a supplement"):
			claim.losses[0].assessed_amount = 9
			claim.save()
		claim = fresh(claim)
		with self.refused("is assessed and cannot be taken out"):
			claim.update({"losses": claim.losses[1:]}).save()

	def test_before_the_assessment_there_is_no_supplement(self):
		with self.refused("A supplement belongs to"):
			actions.supplement(surveyed(self.claim()).name, "大灯支架", 100)

	def test_amounts_are_amounts(self):
		for row in ({**BUMPER, "assessed_amount": -1}, {**BUMPER, "asked_amount": float("nan")}, {**BUMPER, "quantity": 0}, {**PAINT, "part": "X"}):
			with self.subTest(row), self.assertRaises(frappe.ValidationError):
				self.claim(losses=[row])


class TestRepair(ClaimTestCase):
	def test_a_new_visit_has_what_was_granted_for_the_insurer_to_pay(self):
		three = {"item_kind": "Other", "item_name": "拖车", "quantity": 3, "assessed_amount": 100}
		claim = assessed(self.claim(losses=[BUMPER, PAINT, three, {**PAINT, "item_name": "未定", "assessed_amount": 0}]))
		visit = frappe.get_doc("C4S Service Visit", actions.begin_repair(claim.name))
		self.assertEqual([("前保险杠", 1, 1650), ("喷漆 × 3", 1, 1000), ("拖车 × 3", 1, 100)], [(row.item_name, row.quantity, row.amount) for row in visit.items])
		self.assertEqual({"Insurance"}, {row.payer for row in visit.items})
		claim = fresh(claim)
		self.assertEqual(("In Repair", visit.name, 2750, 0), (claim.status, claim.service_visit, claim.repair_amount, claim.difference_amount))
		self.assertEqual(visit.name, actions.begin_repair(claim.name))

	def test_what_the_visit_charges_is_compared_whenever_it_is_saved(self):
		claim = assessed(self.claim())
		visit = frappe.get_doc("C4S Service Visit", actions.begin_repair(claim.name))
		visit.append("items", item(item_name="大灯支架", unit_price=80.25, payer="Insurance"))
		visit.append("items", item(item_name="洗车", unit_price=30, payer="Customer"))
		visit.save()
		claim = fresh(claim)
		self.assertEqual((2730.25, 80.25), (claim.repair_amount, claim.difference_amount))

	def test_a_visit_of_another_car_or_store_or_claim_is_refused(self):
		claim = assessed(self.claim())
		with self.refused("is of another car"):
			actions.begin_repair(claim.name, make_service_visit(dealership=self.store).name)
		with self.refused("is of another store"):
			actions.begin_repair(claim.name, make_service_visit(vehicle=claim.vehicle).name)
		visit = make_service_visit(dealership=self.store, vehicle=claim.vehicle)
		actions.begin_repair(claim.name, visit.name)
		other = assessed(self.claim(vehicle=claim.vehicle))
		with self.refused(f"repairs the damage of claim {claim.name} already"):
			actions.begin_repair(other.name, visit.name)

	def test_before_the_assessment_nothing_is_repaired(self):
		claim = surveyed(self.claim())
		before = frappe.db.count("C4S Service Visit")
		with self.refused("A claim that is Surveyed cannot become In Repair"):
			actions.begin_repair(claim.name)
		self.assertEqual(before, frappe.db.count("C4S Service Visit"))


class TestPhotos(ClaimTestCase):
	def test_a_photo_is_kept_as_a_private_file(self):
		claim = self.claim()
		url = actions.add_photo(claim.name, picture(), "左前")
		claim = fresh(claim)
		self.assertEqual([(url, "左前")], [(row.image, row.caption) for row in claim.photos])
		self.assertEqual(1, frappe.db.get_value("File", {"file_url": url}, "is_private"))

	def test_what_is_no_picture_is_refused_and_nothing_is_kept(self):
		claim = self.claim()
		with self.refused("This file is no picture", WalkRoundError):
			actions.add_photo(claim.name, "data:image/png;base64,PGh0bWw+")
		file = frappe.get_doc({"doctype": "File", "file_name": "x.png", "is_private": 1, "content": b"<html>", "attached_to_doctype": claim.doctype, "attached_to_name": claim.name}).insert()
		with self.refused("This file is no picture", WalkRoundError):
			claim.append("photos", {"image": file.file_url})
			claim.save()
		self.assertEqual([], fresh(claim).photos)

	def test_a_file_of_another_document_is_refused(self):
		other = self.claim()
		url = actions.add_photo(other.name, picture())
		with self.refused("This file is no picture", WalkRoundError):
			claim = self.claim()
			claim.append("photos", {"image": url})
			claim.save()


class TestWhoMay(ClaimTestCase):
	def test_an_advisor_brings_a_claim_from_the_report_into_the_workshop(self):
		vehicle, customer = make_vehicle(dealership=self.store).name, make_customer(store=self.store).name
		with as_user(make_user("Service Advisor", [self.store])):
			make_policy(self.store, vehicle=vehicle, customer=customer)
			claim = assessed(self.claim(vehicle=vehicle, customer=customer))
			self.assertEqual(frappe.session.user, claim.handler)
			actions.add_photo(claim.name, picture(), "左前")
			actions.supplement(claim.name, "大灯", 100)
			actions.receive_documents(claim.name, [claim.documents[0].name])
			visit = frappe.get_doc("C4S Service Visit", actions.begin_repair(claim.name))
			self.assertEqual((2750, self.store), (visit.insurance_amount, visit.dealership))

	def test_actions_are_refused_to_other_stores_and_to_who_only_reads(self):
		claim = self.claim()
		for role, stores in (("Service Advisor", [make_dealership("CLAIM-2").name]), ("CRM Specialist", [self.store]), ("Technician", [self.store])):
			with self.subTest(role), as_user(make_user(role, stores)), self.assertRaises(frappe.PermissionError):
				actions.survey(claim.name, "王查勘", "RP1")

	def test_the_car_shows_its_claims_to_who_may_see_them(self):
		vehicle = make_vehicle(dealership=self.store).name
		make_policy(self.store, vehicle=vehicle)
		claim = self.claim(vehicle=vehicle)
		with as_user(make_user("Service Advisor", [self.store])):
			self.assertEqual([claim.name], [row.name for row in panel.of_vehicle(vehicle)["claims"]])


class TestIsolation(DealingTests, FrappeTestCase):
	doctype = "C4S Insurance Claim"
	role = "Service Advisor"

	def make_document_of(self, store: str, **values):
		vehicle, customer = make_vehicle(dealership=store).name, values.pop("customer", None) or make_customer(store=store).name
		return make_claim(store, vehicle=vehicle, customer=customer, covered_by="Third Party's Insurer", insurer=INSURER, **values)
