from datetime import timedelta

import frappe
from frappe.model.workflow import apply_workflow
from frappe.tests.utils import FrappeTestCase
from frappe.utils import get_datetime, now_datetime
from freezegun import freeze_time

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_retention_case.test_c4s_retention_case import make_retention_case
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import hours_ago, make_service_visit, settle
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.exceptions import NotWonBackError
from crm4s.retention import winning
from crm4s.tests.processes import bring_to
from crm4s.workflows.states import active_workflow, states_meaning

CASE, VISIT = "C4S Retention Case", "C4S Service Visit"


class WinningTestCase(FrappeTestCase):
	def setUp(self):
		self.store = make_dealership("RETAIN-1").name
		self.customer = make_customer(store=self.store).name
		self.car = make_vehicle(current_owner=self.customer, dealership=self.store).name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def case(self, opened_on=None, **values):
		"""Of two days ago; nobody chooses that in a form."""
		case = make_retention_case(**{"customer": self.customer, "vehicle": self.car, "dealership": self.store, **values})
		case.db_set("opened_on", opened_on or hours_ago(50), update_modified=False)
		return frappe.get_doc(CASE, case.name)

	def visit(self, **values):
		return make_service_visit(**{"customer": self.customer, "vehicle": self.car, "dealership": self.store, "arrived_on": hours_ago(5), **values})

	def fresh(self, case):
		return frappe.get_doc(CASE, case.name)

	def assertStands(self, status: str, visit: str | None, case):
		case = self.fresh(case)
		self.assertEqual((status, visit, bool(visit)), (case.status, case.won_back_visit, bool(case.won_back_on)))
		self.assertIn(case.workflow_state, states_meaning(CASE, status))


class TestAVisitWins(WinningTestCase):
	def test_a_settled_visit_after_the_opening_wins_the_case(self):
		case = self.case()
		visit = self.visit()
		self.assertStands("Open", None, case)
		settle(visit)
		self.assertStands("Won Back", visit.name, case)
		self.assertEqual(get_datetime(visit.settled_on), self.fresh(case).won_back_on)
		self.assertIsNone(self.fresh(case).open_key)
		said = frappe.get_all("Comment", {"reference_name": case.name, "comment_type": "Workflow"}, pluck="content")
		self.assertIn(visit.name, " ".join(said))

	def test_from_whatever_state_it_is_in(self):
		for state in states_meaning(CASE, "Open"):
			with self.subTest(state):
				case = self.case()
				frappe.db.set_value(CASE, case.name, "workflow_state", state)
				visit = settle(self.visit())
				self.assertStands("Won Back", visit.name, case)
				frappe.db.set_value(CASE, case.name, "opened_on", hours_ago(0))
				frappe.db.set_value(VISIT, visit.name, "arrived_on", hours_ago(90))

	def test_neither_a_visit_from_before_nor_one_that_is_no_workshop_visit_wins(self):
		case = self.case(opened_on=hours_ago(2))
		settle(self.visit(arrived_on=hours_ago(5)))
		self.assertStands("Open", None, case)
		settle(self.visit(visit_kind="Home Service", arrived_on=hours_ago(1.5)))
		self.assertStands("Open", None, case)

	def test_another_car_of_the_customer_wins_nothing_but_where_the_case_names_no_car(self):
		of_car, of_customer = self.case(), self.case(vehicle=None)
		visit = settle(self.visit(vehicle=make_vehicle(current_owner=self.customer).name))
		self.assertStands("Open", None, of_car)
		self.assertStands("Won Back", visit.name, of_customer)

	def test_who_arrives_in_the_minute_of_the_opening_came_after_it(self):
		case = self.case(opened_on=hours_ago(5).replace(second=40))
		visit = settle(self.visit(arrived_on=hours_ago(5).replace(second=0)))
		self.assertStands("Won Back", visit.name, case)


class TestByHand(WinningTestCase):
	def test_nobody_wins_a_car_back_without_a_visit(self):
		case = self.case()
		won = states_meaning(CASE, "Won Back")[0]
		for way in (lambda: bring_to(case, "Won Back", outcome="客户说会来"), lambda: self.fresh(case).update({"workflow_state": won}).save()):
			self.assertRaises((NotWonBackError, frappe.ValidationError), way)
		with self.assertRaisesRegex(NotWonBackError, "A case is won back by a visit to the workshop"):
			bring_to(self.fresh(case), "Won Back")
		self.assertStands("Open", None, case)

	def test_the_action_of_the_workflow_is_refused_in_one_sentence(self):
		case, won = self.case(), set(states_meaning(CASE, "Won Back"))
		step = next(row for row in active_workflow(CASE).transitions if row.next_state in won and row.state not in won)
		frappe.db.set_value(CASE, case.name, "workflow_state", step.state)
		with self.assertRaisesRegex(NotWonBackError, "A case is won back by a visit to the workshop"):
			apply_workflow(self.fresh(case), step.action)
		self.brought_in()
		apply_workflow(self.fresh(case), step.action)
		self.assertEqual("Won Back", self.fresh(case).status)

	def test_with_a_visit_that_the_night_would_find_it_is_won_by_that_visit(self):
		case, visit = self.case(), self.brought_in()
		bring_to(self.fresh(case), "Won Back")
		self.assertStands("Won Back", visit, case)

	def brought_in(self) -> str:
		"""A settled visit as the intake writes it, without the events of a document."""
		visit = self.visit()
		frappe.db.set_value(VISIT, visit.name, {"status": "Settled", "settled_on": hours_ago(1)})
		return visit.name


class TestTakenBack(WinningTestCase):
	def test_a_visit_that_is_opened_again_wins_nothing_any_more(self):
		case = self.case()
		before = case.workflow_state
		visit = settle(self.visit())
		bring_to(frappe.get_doc(VISIT, visit.name), "Open")
		self.assertStands("Open", None, case)
		self.assertEqual((before, self.car), (self.fresh(case).workflow_state, self.fresh(case).open_key))

	def test_unless_there_was_a_second_one(self):
		case, first, second = self.case(), settle(self.visit(), hours=3), self.visit(arrived_on=hours_ago(2))
		settle(second)
		bring_to(frappe.get_doc(VISIT, first.name), "Open")
		self.assertStands("Won Back", second.name, case)

	def test_with_a_newer_case_for_the_car_the_older_one_is_over(self):
		older = self.case()
		visit = settle(self.visit())
		newer = self.case(opened_on=now_datetime())
		bring_to(frappe.get_doc(VISIT, visit.name), "Open")
		self.assertEqual(("Ended", "Open"), (self.fresh(older).status, self.fresh(newer).status))


class TestAtNight(TestByHand):
	def test_visits_that_came_in_sets_win_at_night_and_once(self):
		case, visit = self.case(), self.brought_in()
		self.assertEqual(1, winning.catch_up())
		self.assertStands("Won Back", visit, case)
		self.assertEqual(0, winning.catch_up())

	def test_and_are_taken_back_at_night(self):
		case, visit = self.case(), self.brought_in()
		winning.catch_up()
		frappe.db.set_value(VISIT, visit, {"status": "Open", "settled_on": None})
		self.assertEqual(1, winning.catch_up())
		self.assertStands("Open", None, case)

	def test_a_bill_is_not_refused_because_the_process_has_no_state_for_a_won_case(self):
		case = self.case()
		workflow = frappe.get_doc("Workflow", {"document_type": CASE, "is_active": 1})
		won = [row for row in workflow.states if row.update_value == "Won Back"]
		for row in won:
			frappe.db.set_value(row.doctype, row.name, "update_value", "Open")
		frappe.clear_document_cache("Workflow", workflow.name)
		frappe.clear_cache(doctype=CASE)
		self.addCleanup(frappe.clear_cache)
		visit = settle(self.visit())
		self.assertEqual("Settled", frappe.db.get_value(VISIT, visit.name, "status"))
		self.assertEqual("Open", self.fresh(case).status)


class TestBoughtAgain(WinningTestCase):
	def test_a_delivered_deal_is_noted_on_the_case(self):
		case = self.case()
		deal = frappe.get_doc({"doctype": "C4S Deal", "name": "DL-RETAIN", "customer": self.customer, "status": "Delivered", "dealership": self.store, "delivered_on": now_datetime()})
		deal.db_insert()
		self.assertEqual(1, winning.catch_up())
		self.assertEqual("DL-RETAIN", self.fresh(case).repurchase_deal)
		deal.db_set("status", "Cancelled")
		deal._doc_before_save = frappe._dict(status="Delivered")
		winning.deal_changed(deal)
		self.assertIsNone(self.fresh(case).repurchase_deal)


class TestStage(WinningTestCase):
	def test_a_settled_visit_brings_the_car_back_in_time(self):
		with freeze_time(now_datetime() - timedelta(days=1900)):
			settle(self.visit(arrived_on=hours_ago(5)))
		car = frappe.get_doc("C4S Vehicle", self.car)
		car.save()
		self.assertEqual("Lost to Us", car.churn_stage)
		visit = settle(self.visit())
		self.assertEqual("Comes in Time", frappe.db.get_value("C4S Vehicle", self.car, "churn_stage"))
		bring_to(frappe.get_doc(VISIT, visit.name), "Open")
		self.assertEqual("Lost to Us", frappe.db.get_value("C4S Vehicle", self.car, "churn_stage"))
