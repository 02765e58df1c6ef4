from datetime import timedelta

import frappe
from frappe.utils import add_days, get_datetime, getdate, now_datetime, nowdate

from crm4s.crm4s.doctype.c4s_deal import actions
from crm4s.crm4s.doctype.c4s_deal.test_c4s_deal import STORE, DealTestCase, deliver, fresh, make_deal, make_deliverable_deal, tick
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import as_user, make_user
from crm4s.workflows.loader import standard_named

test_ignore = ["User", "ToDo"]


class TestCallAfterDelivery(DealTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		make_dealership("DEAL-2")
		cls.consultant = make_user("Sales Consultant", [STORE])
		cls.caller = make_user("Customer Service Representative", [STORE])
		cls.stranger = make_user("Customer Service Representative", ["DEAL-2"])

	def setUp(self):
		super().setUp()
		self.deal = deliver(make_deliverable_deal(customer=self.customer, sales_consultant=self.consultant))
		tick(self.deal)

	def log(self, outcome: str = "All Well", summary: str | None = "车开得很顺手", **values):
		actions.log_follow_up(self.deal.name, "Phone", outcome, summary, **values)
		return fresh(self.deal)

	def task(self):
		return frappe.get_doc("ToDo", self.deal.follow_up_task)

	def test_the_outcome_is_kept_on_the_deal_and_ends_the_task(self):
		with as_user(self.consultant):
			deal = self.log()
		self.assertEqual(
			(None, "All Well", self.consultant, "Closed"),
			(deal.follow_up_on, deal.follow_up_outcome, deal.followed_up_by, self.task().status),
		)
		contact = deal.care_contacts[-1]
		self.assertEqual(("All Well", "车开得很顺手", self.consultant), (contact.outcome, contact.summary, contact.contacted_by))

	def test_the_deal_goes_on_to_the_state_that_waits_for_the_call(self):
		before = self.deal.workflow_state
		deal = self.log()
		ways = standard_named("Workflow", "Sales Deal").values["transitions"]
		expected = next(way["next_state"] for way in ways if way["state"] == before)
		self.assertEqual((expected, "Delivered"), (deal.workflow_state, deal.status))

	def test_who_was_not_reached_is_called_the_next_day_or_when_agreed(self):
		state = self.deal.workflow_state
		for given, expected in ((None, add_days(nowdate(), 1)), (add_days(nowdate(), 5), add_days(nowdate(), 5))):
			deal = self.log("Not Reached", None, next_call_on=given)
			self.assertEqual((getdate(expected), None, state), (deal.follow_up_on, deal.followed_up_on, deal.workflow_state))
			self.assertEqual(("Open", getdate(expected)), (self.task().status, self.task().date))

	def test_customer_service_calls_without_writing_deals_otherwise(self):
		with as_user(self.caller):
			self.assertFalse(frappe.has_permission("C4S Deal", "write", doc=self.deal.name))
			deal = self.log()
		self.assertEqual(self.caller, deal.followed_up_by)

	def test_another_store_does_not_call(self):
		with as_user(self.stranger), self.assertRaises(frappe.PermissionError):
			self.log()

	def test_the_task_is_not_ticked_off_without_an_outcome(self):
		with as_user(self.consultant), self.assertRaisesRegex(frappe.ValidationError, "how the call went"):
			self.task().update({"status": "Closed"}).save()
		self.assertEqual("Open", frappe.db.get_value("ToDo", self.deal.follow_up_task, "status"))

	def test_a_call_is_refused_in_words(self):
		yesterday = str(get_datetime(self.deal.delivered_on) - timedelta(days=1))
		tomorrow = str(now_datetime() + timedelta(days=1))
		for sentence, values in (
			("Outcome must be one of: All Well", {"outcome": "Fine"}),
			("what the customer said", {"summary": " "}),
			("not be before the delivery", {"contacted_on": yesterday}),
			("entered after it took place", {"contacted_on": tomorrow}),
			("not lie in the past", {"outcome": "Not Reached", "next_call_on": add_days(nowdate(), -1)}),
		):
			with self.assertRaisesRegex(frappe.ValidationError, sentence):
				self.log(**values)
		self.assertEqual([], fresh(self.deal).care_contacts)

	def test_a_customer_who_was_reached_is_not_called_twice(self):
		self.log()
		with self.assertRaisesRegex(frappe.ValidationError, "called already"):
			self.log()

	def test_nobody_calls_before_the_delivery(self):
		deal = make_deal(customer=self.customer)
		with self.assertRaisesRegex(frappe.ValidationError, "follows the delivery"):
			actions.log_follow_up(deal.name, "Phone", "All Well", "很好")

	def test_facts_of_the_call_are_not_written_by_hand(self):
		self.deal.update({"follow_up_on": None, "followed_up_on": now_datetime(), "follow_up_outcome": "All Well"}).save()
		deal = fresh(self.deal)
		self.assertEqual((getdate(add_days(nowdate(), 3)), None, None), (deal.follow_up_on, deal.followed_up_on, deal.follow_up_outcome))
