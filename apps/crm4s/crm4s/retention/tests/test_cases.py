"""How cases are opened, carried on by calls, and what is offered in them."""

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, getdate, now_datetime, nowdate
from freezegun import freeze_time

from crm4s.care import api as care, run, tasks
from crm4s.crm4s.doctype.c4s_care_rule.test_c4s_care_rule import make_rule
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_retention_case.test_c4s_retention_case import make_retention_case
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import at, make_appointment
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import make_service_visit
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import remove_model
from crm4s.exceptions import OfferNotApprovedError, OpenCaseError
from crm4s.retention import api, contacts, opening
from crm4s.tests.at_once import at_once, done, refused
from crm4s.tests.people import as_user, make_user
from crm4s.tests.processes import bring_to

CASE, TASK = "C4S Retention Case", "C4S Care Task"


class CaseTestCase(FrappeTestCase):
	def setUp(self):
		self.store = make_dealership("RETAIN-1").name
		self.customer = make_customer(store=self.store).name
		self.car = make_vehicle(current_owner=self.customer, dealership=self.store).name
		self.addCleanup(frappe.clear_document_cache, "C4S Settings", "C4S Settings")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def case(self, **values):
		return make_retention_case(**{"customer": self.customer, "vehicle": self.car, "dealership": self.store, **values})

	def fresh(self, name: str):
		return frappe.get_doc(CASE, name)


class TestOpenedByRules(CaseTestCase):
	def enters(self, stage: str = "At Risk of Leaving") -> None:
		values = {"churn_stage": stage, "churn_stage_since": getdate(), "last_workshop_visit_on": add_days(getdate(), -400)}
		frappe.db.set_value("C4S Vehicle", self.car, values)

	def rule(self, **values):
		return make_rule("Churn Stage Reached", **{"churn_stage": "At Risk of Leaving", "opens_case": 1, "case_reason": "No Visit for Long", "owner_role": "C4S CRM Specialist", **values})

	def test_a_car_that_enters_the_stage_gets_a_case_whose_first_contact_is_the_call(self):
		self.enters()
		rule = self.rule()
		run.run_rule(rule.name, getdate())
		task = frappe.get_doc(TASK, {"rule": rule.name, "customer": self.customer})
		self.assertEqual(("Open", CASE), (task.status, task.reference_doctype))
		case = self.fresh(task.reference_name)
		self.assertEqual((self.car, self.store, "No Visit for Long", "Open", "At Risk of Leaving"), (case.vehicle, case.dealership, case.reason, case.status, case.churn_stage))
		self.assertEqual([(getdate(), task.name)], [(row.planned_on, row.care_task) for row in case.contacts])
		self.assertEqual((task.name, self.car), (case.next_contact_task, case.open_key))
		self.assertTrue(frappe.db.exists("C4S State Passage", {"document_name": case.name, "state": case.workflow_state}))
		# As the form would have written it.
		before = case.as_dict()
		case.load_doc_before_save()
		case.validate()
		self.assertEqual({}, {key: (value, case.get(key)) for key, value in before.items() if not isinstance(value, list) and str(value or "") != str(case.get(key) or "")})

	def test_run_again_it_opens_nothing(self):
		self.enters()
		rule = self.rule()
		for _time in range(2):
			run.run_rule(rule.name, getdate())
		self.assertEqual(1, frappe.db.count(CASE, {"customer": self.customer}))

	def test_a_car_with_an_open_case_is_not_called_about_twice(self):
		self.enters()
		case, rule = self.case(), self.rule()
		run.run_rule(rule.name, getdate())
		task = frappe.get_doc(TASK, {"rule": rule.name, "customer": self.customer})
		self.assertEqual(("Done", "Case Is Open", case.name), (task.status, task.outcome, task.reference_name))

	def test_only_cars_in_the_rules_stage_and_a_rule_needs_stage_and_reason(self):
		self.enters("Lost to Us")
		rule = self.rule()
		run.run_rule(rule.name, getdate())
		self.assertFalse(frappe.db.exists(CASE, {"customer": self.customer}))
		with self.assertRaisesRegex(frappe.ValidationError, "needs their reason"):
			self.rule(case_reason=None)
		with self.assertRaisesRegex(frappe.ValidationError, "needs Churn Stage"):
			self.rule(churn_stage=None)


class TestContactPlan(CaseTestCase):
	def planned(self, *days: int, **values):
		return self.case(contacts=[{"planned_on": add_days(nowdate(), day), "channel": "Phone"} for day in days], **values)

	def with_nothing_mandatory(self):
		frappe.db.delete("C4S Touchpoint Item", {"parenttype": "C4S Touchpoint", "mandatory": 1})
		frappe.clear_cache(doctype="C4S Touchpoint")
		frappe.clear_document_cache("C4S Touchpoint")

	def test_a_contact_that_is_due_becomes_a_call_and_the_next_one_waits(self):
		case = self.planned(0, 3, handler="Administrator")
		case.reload()
		task = frappe.get_doc(TASK, case.contacts[0].care_task)
		self.assertEqual(("Open", "Administrator", self.car, case.name), (task.status, task.assigned_to, task.vehicle, task.reference_name))
		self.assertIsNone(case.contacts[1].care_task)
		self.assertEqual((getdate(), task.name), (getdate(case.next_contact_on), case.next_contact_task))
		case.save()
		self.assertEqual(1, frappe.db.count(TASK, {"reference_name": case.name}))

	def test_the_call_of_somebody_who_has_left_is_everybodys(self):
		gone = make_user("CRM Specialist", [self.store])
		frappe.db.set_value("User", gone, "enabled", 0)
		case = self.planned(0, handler=gone)
		self.assertIsNone(frappe.db.get_value(TASK, case.contacts[0].care_task, "assigned_to"))

	def test_at_night_those_that_became_due(self):
		case = self.planned(2)
		frappe.db.set_value("C4S Retention Contact", case.contacts[0].name, "planned_on", nowdate())
		frappe.db.set_value(CASE, case.name, "next_contact_on", nowdate())
		self.assertEqual(1, contacts.open_due_calls())
		self.assertEqual(0, contacts.open_due_calls())

	def test_what_came_of_the_call_stands_in_the_plan(self):
		case = self.planned(0, 5)
		case.reload()
		care.record([case.contacts[0].care_task], "Reached", "太远了")
		case.reload()
		self.assertEqual(("Reached", getdate(), "太远了"), tuple(case.contacts[0].get(field) for field in ("outcome", "done_on", "note")))
		self.assertEqual((add_days(getdate(), 5), None), (case.next_contact_on, case.next_contact_task))

	def test_whoever_wants_to_be_called_later_is_planned_later(self):
		case = self.planned(0)
		case.reload()
		care.record([case.contacts[0].care_task], "Call Later", next_call_on=f"{add_days(nowdate(), 4)} 10:00:00")
		self.assertEqual(add_days(getdate(), 4), self.fresh(case.name).next_contact_on)

	def test_an_appointment_books_the_case_settles_its_call_and_moves_it_on(self):
		case = self.planned(0)
		self.with_nothing_mandatory()
		appointment = make_appointment(self.store, customer=self.customer, vehicle=self.car, planned_from=at(10))
		case.reload()
		self.assertEqual((appointment.name, "Booked", "Booked"), (case.appointment, case.contacts[0].outcome, frappe.db.get_value(TASK, case.contacts[0].care_task, "outcome")))
		self.assertNotEqual("Classified", case.workflow_state)

	def test_nobody_is_called_about_a_case_that_is_over(self):
		case = self.planned(0)
		case.reload()
		bring_to(case, "Ended", end_reason="Sold the Car")
		task = frappe.get_doc(TASK, case.contacts[0].care_task)
		self.assertEqual("Cancelled", task.status)
		self.assertIn("The retention case is over", task.why)

	def test_a_case_that_is_open_again_is_called_about_again(self):
		case = self.planned(0)
		case.reload()
		bring_to(case, "Ended", end_reason="Sold the Car")
		before = case.contacts[0].care_task
		case = bring_to(self.fresh(case.name), "Open")
		contacts.open_due_calls()
		call = self.fresh(case.name).contacts[0].care_task
		self.assertNotEqual(before, call)
		self.assertEqual(("Cancelled", "Open"), tuple(frappe.db.get_value(TASK, name, "status") for name in (before, call)))
		contacts.open_due_calls()
		self.assertEqual(call, self.fresh(case.name).contacts[0].care_task)

	def test_whoever_takes_the_call_handles_a_case_that_nobody_handles(self):
		first, second = (make_user("CRM Specialist", [self.store]) for _number in range(2))
		case = self.planned(0)
		case.db_set("handler", None)
		call = self.fresh(case.name).contacts[0].care_task
		for user in (first, second):
			tasks.take([call], user)
			case = self.fresh(case.name)
			self.assertEqual((first, user), (case.handler, case.contacts[0].who))

	def test_nobody_is_called_while_the_car_is_booked(self):
		case = self.planned(1)
		make_appointment(self.store, customer=self.customer, vehicle=self.car, planned_from=at(10, days=3))
		with freeze_time(add_days(now_datetime(), 2)):
			self.assertEqual(0, contacts.open_due_calls())
			self.fresh(case.name).save()
		self.assertIsNone(self.fresh(case.name).contacts[0].care_task)

	def test_who_booked_and_does_not_come_is_asked_for_another_day(self):
		self.with_nothing_mandatory()
		for hour, status, topic in ((10, "No-Show", "Did not come"), (14, "Cancelled", "Cancelled the appointment")):
			with self.subTest(status):
				case = self.case(vehicle=make_vehicle(current_owner=self.customer, dealership=self.store).name)
				appointment = make_appointment(self.store, customer=self.customer, vehicle=case.vehicle, planned_from=at(hour))
				self.assertEqual("Booking", self.fresh(case.name).workflow_state)
				# As the sets write it.
				frappe.db.set_value("C4S Service Appointment", appointment.name, "status", status)
				contacts.open_due_calls()
				case = self.fresh(case.name)
				self.assertEqual((None, None), (case.appointment, case.booked_on))
				self.assertIn(topic, case.contacts[-1].topic)
				self.assertEqual("Open", frappe.db.get_value(TASK, case.contacts[-1].care_task, "status"))
				self.assertEqual("Contact", case.workflow_state)
				contacts.open_due_calls()
				self.assertEqual(len(case.contacts), len(self.fresh(case.name).contacts))

	def test_a_closed_case_has_no_next_contact(self):
		case = self.planned(3)
		bring_to(case, "Ended", end_reason="Price")
		self.assertEqual((None, None), (case.next_contact_on, case.next_contact_by))


class TestOffers(CaseTestCase):
	def test_above_the_limit_the_manager_approves_before_it_is_given(self):
		change_settings(retention_offer_limit=200)
		case = self.case(offer_kind="Other", offer_text="代步车", offer_cost=200.01)
		self.assertEqual("To Be Approved", case.offer_approval)
		self.assertRaises(OfferNotApprovedError, api.give_offer, case.name)
		with as_user(make_user("CRM Specialist", [self.store])), self.assertRaises(frappe.PermissionError):
			api.decide_offer(case.name, 1)
		with as_user(make_user("CRM Manager", [self.store])):
			api.decide_offer(case.name, 1)
			api.give_offer(case.name)
		case = self.fresh(case.name)
		self.assertEqual(("Approved by Manager", True), (case.offer_approval, bool(case.offer_given_on)))
		cost = frappe.get_all("C4S Customer Cost", {"reference_name": case.name}, ["amount", "customer"])
		self.assertEqual([(200.01, self.customer)], [(float(row.amount), row.customer) for row in cost])
		with self.assertRaisesRegex(frappe.ValidationError, "given already"):
			api.give_offer(case.name)

	def test_within_the_limit_nobody_is_asked_and_a_change_asks_anew(self):
		change_settings(retention_offer_limit=200)
		case = self.case(offer_kind="Other", offer_cost=200)
		self.assertEqual("Not Needed", case.offer_approval)
		case.update({"offer_cost": 300}).save()
		self.assertEqual("To Be Approved", case.offer_approval)
		with self.assertRaisesRegex(frappe.ValidationError, "Say why the offer is refused"):
			api.decide_offer(case.name, 0)
		api.decide_offer(case.name, 0, "太贵")
		case = self.fresh(case.name)
		case.update({"care_plan": "再谈"}).save()
		self.assertEqual("Refused by Manager", case.offer_approval)

	def test_a_coupon_is_made_for_the_customer_once(self):
		offer = frappe.get_doc({"doctype": "C4S Coupon Offer", "offer_name": "Retain Test", "coupon_kind": "Amount", "amount": 100, "used_on": "Service Visit", "enabled": 1}).insert().name
		case = self.case(offer_kind="Coupon", coupon_offer=offer)
		self.assertEqual(100, case.offer_cost)
		api.give_offer(case.name)
		coupon = self.fresh(case.name).coupon
		self.assertEqual(self.customer, frappe.db.get_value("C4S Coupon", coupon, "customer"))

	def test_another_thing_costs_what_it_costs_and_a_low_figure_needs_approval_all_the_same(self):
		change_settings(retention_offer_limit=200)
		coupon = {"doctype": "C4S Coupon Offer", "used_on": "Service Visit", "enabled": 1}
		cheap, dear = (
			frappe.get_doc({**coupon, "offer_name": f"Retain {amount}", "coupon_kind": "Amount", "amount": amount}).insert().name for amount in (100, 3000)
		)
		case = self.case(offer_kind="Coupon", coupon_offer=cheap)
		case.update({"coupon_offer": dear}).save()
		self.assertEqual((3000, "To Be Approved"), (case.offer_cost, case.offer_approval))
		case.update({"offer_cost": 1}).save()
		self.assertEqual("To Be Approved", case.offer_approval)

	def test_what_may_come_to_any_amount_is_approved(self):
		share = {"doctype": "C4S Coupon Offer", "offer_name": "Retain Share", "coupon_kind": "Percent", "percent": 50, "used_on": "Service Visit", "enabled": 1}
		case = self.case(offer_kind="Coupon", coupon_offer=frappe.get_doc(share).insert().name)
		self.assertEqual("To Be Approved", case.offer_approval)

	def test_nothing_is_given_in_a_case_that_is_over(self):
		case = self.case(offer_kind="Other", offer_cost=1)
		bring_to(case, "Ended", end_reason="Moved Away")
		with self.assertRaisesRegex(frappe.ValidationError, "This case is over"):
			api.give_offer(case.name)

	def test_nobody_chooses_the_day_on_which_a_case_was_opened(self):
		case = self.case(opened_on="2020-01-01 00:00:00")
		self.assertEqual(getdate(), getdate(case.opened_on))
		case.update({"opened_on": "2020-01-01 00:00:00"}).save()
		self.assertEqual(getdate(), getdate(case.opened_on))

	def test_an_offer_says_which(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Say which Coupon Offer is offered"):
			self.case(offer_kind="Coupon")


class TestOverTheDesk(CaseTestCase):
	def test_a_case_is_opened_from_the_car_and_the_second_time_shown(self):
		with as_user(make_user("CRM Specialist", [self.store])):
			name = api.open_case(self.customer, "Complaint", self.car, "先道歉")
			self.assertEqual(name, api.open_case(self.customer, "Complaint", self.car))
			self.assertEqual(name, api.case_of_car(self.car)["case"])
			self.assertEqual([name], [car["case"] for car in api.cars_of_customer(self.customer)])
		self.assertTrue(self.fresh(name).contacts[0].care_task)

	def test_another_stores_user_gets_neither_glance_nor_case(self):
		case = self.case()
		with as_user(make_user("CRM Specialist", [make_dealership("RETAIN-2").name])):
			for call in (lambda: api.glance(case.name), lambda: api.give_offer(case.name), lambda: api.decide_offer(case.name, 1), lambda: api.cars_of_customer(self.customer), lambda: api.case_of_car(self.car), lambda: api.open_case(self.customer, "Other", self.car)):
				self.assertRaises(frappe.PermissionError, call)

	def test_the_glance_shows_visits_and_complaints(self):
		case, visit = self.case(), make_service_visit(customer=self.customer, vehicle=self.car, dealership=self.store)
		self.assertEqual([visit.name], [row.name for row in api.glance(case.name)["visits"]])


class TestAtOnce(FrappeTestCase):
	def test_of_many_who_open_a_case_for_one_car_at_once_one_does(self):
		store = make_dealership("RETAIN-ONCE").name
		customer = make_customer(store=store).name
		car = make_vehicle(current_owner=customer, dealership=store).name
		self.addCleanup(self.take_away, customer, car)

		def by_hand():
			return frappe.get_doc({"doctype": CASE, "customer": customer, "vehicle": car, "dealership": store, "reason": "Other"}).insert().name

		def by_rule():
			return opening.open_cases([opening.Wish(customer, store, "Other", car)])[car].case

		outcomes = at_once(by_hand, by_hand, by_hand, by_rule, by_rule)
		self.assertEqual(1, len(set(done(outcomes))), outcomes)
		self.assertTrue(all(isinstance(refusal, (OpenCaseError, frappe.UniqueValidationError, frappe.QueryDeadlockError)) for refusal in refused(outcomes)), outcomes)
		self.assertEqual(1, frappe.db.count(CASE, {"vehicle": car}))

	def take_away(self, customer: str, car: str):
		frappe.set_user("Administrator")
		for name in frappe.get_all(CASE, {"vehicle": car}, pluck="name"):
			frappe.delete_doc(CASE, name, force=True)
		frappe.db.delete("C4S Store Relationship", {"customer": customer})
		frappe.db.delete("C4S Stock Movement", {"vehicle": car})
		frappe.delete_doc("C4S Vehicle", car, force=True)
		remove_model()
		frappe.delete_doc("C4S Customer", customer, force=True)
		frappe.delete_doc("C4S Dealership", "RETAIN-ONCE", force=True)
		frappe.db.commit()
