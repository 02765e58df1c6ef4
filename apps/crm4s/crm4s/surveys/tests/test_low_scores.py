"""A response that calls for action: complaint and task at once, once; the loop closed; and what the rated person sees."""

from datetime import timedelta
from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import get_datetime, now_datetime

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_survey.test_c4s_survey import NPS, RATING, make_survey
from crm4s.crm4s.doctype.c4s_survey_response.test_c4s_survey_response import make_response
from crm4s.surveys import low_scores
from crm4s.surveys.tests.test_inviting import insert_plainly
from crm4s.tests.people import as_user, make_user
from crm4s.tests.processes import bring_to

RESPONSE, COMPLAINT = "C4S Survey Response", "C4S Complaint"


class LowScoreTestCase(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store = make_dealership("SURVEY-LOW").name
		cls.manager = make_user("Dealer Manager", [cls.store])
		frappe.db.set_value("C4S Dealership", cls.store, "manager", cls.manager)
		cls.customer = make_customer(store=cls.store).name
		cls.survey = make_survey({**RATING, "low_at": "4"}, {**NPS, "low_at": "6"}, low_score_below=600)
		cls.addClassCleanup(frappe.db.rollback)

	def setUp(self):
		frappe.db.savepoint("low_scores")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="low_scores")

	def answer(self, *texts, survey=None, **values):
		return make_response(survey or self.survey, *texts, **{"dealership": self.store, "customer": self.customer, **values})


class TestComplaint(LowScoreTestCase):
	def test_a_low_score_or_a_low_answer_opens_a_complaint_and_a_good_one_none(self):
		for texts, because in ((("5", "9"), "444.4 < 600"), (("4", "9"), "333.3 < 600\nQ1: 4"), (("9", "6"), "Q2: 6"), (("9", "7"), None), ((None, "9"), None)):
			response = self.answer(*texts)
			self.assertEqual((int(bool(because)), because), (response.is_low, response.low_because))
			self.assertEqual(bool(because), bool(response.opened_complaint))

	def test_the_complaint_leads_to_the_response_and_tells_no_answers(self):
		response = self.answer("2", "3", comment="太差了")
		complaint = frappe.get_doc(COMPLAINT, response.opened_complaint)
		self.assertEqual(
			(self.customer, self.store, "Phone", RESPONSE, response.name),
			tuple(complaint.get(field) for field in ("customer", "dealership", "channel", "reference_doctype", "reference_name")),
		)
		self.assertIn(response.name, complaint.description)
		self.assertNotIn("太差了", complaint.description)
		self.assertNotIn(f"{response.score:g}", complaint.description.replace(response.name, ""))

	def test_the_manager_has_a_task_once(self):
		response = self.answer("2", "3")
		response.save()
		tasks = frappe.get_all("ToDo", {"reference_name": response.opened_complaint, "allocated_to": self.manager}, ["priority", "reference_type"])
		self.assertEqual([{"priority": "High", "reference_type": COMPLAINT}], tasks)
		self.assertEqual(1, frappe.db.count(COMPLAINT, {"reference_name": response.name}))

	def test_a_survey_may_open_none_and_without_customer_there_is_none(self):
		quiet = make_survey({**RATING, "low_at": "4"}, opens_complaint=0)
		self.assertEqual((1, None), tuple(self.answer("1", survey=quiet).get(field) for field in ("is_low", "opened_complaint")))
		self.assertIsNone(self.answer("1", "1", customer=None).opened_complaint)

	def tasks_of(self, name: str) -> list[str]:
		return frappe.get_all("ToDo", {"reference_name": name}, pluck="allocated_to")

	def test_without_customer_the_manager_has_a_task_all_the_same(self):
		response = self.answer("1", "1", customer=None)
		response.save()
		self.assertEqual([self.manager], self.tasks_of(response.name))

	def test_without_a_manager_of_the_store_the_next_above_is_told(self):
		region = make_dealership("SURVEY-LOW-R", node_kind="Region").name
		frappe.db.set_value("C4S Dealership", region, "manager", self.manager)
		below = make_dealership("SURVEY-LOW-B", parent=region).name
		frappe.db.set_value("C4S Dealership", below, "manager", None)
		response = self.answer("1", "1", dealership=below, customer=make_customer(store=below).name)
		self.assertEqual([self.manager], self.tasks_of(response.opened_complaint))

	def test_a_task_that_cannot_be_given_loses_no_answer(self):
		with patch.object(low_scores, "_tell_manager", side_effect=frappe.ValidationError("no desk")):
			response = self.answer("2", "3")
		self.assertEqual((None, False), (response.opened_complaint, bool(frappe.db.exists(COMPLAINT, {"reference_name": response.name}))))
		low_scores.open_missed()
		self.assertEqual([self.manager], self.tasks_of(frappe.db.get_value(RESPONSE, response.name, "opened_complaint")))

	def test_imported_history_opens_nothing(self):
		frappe.flags.in_import = True
		try:
			response = self.answer("2", "3", responded_on=now_datetime() - timedelta(days=8))
		finally:
			frappe.flags.in_import = False
		low_scores.open_missed()
		self.assertIsNone(frappe.db.get_value(RESPONSE, response.name, "opened_complaint"))

	def test_those_that_always_fail_keep_no_others_back(self):
		with patch.object(low_scores, "open_for", side_effect=frappe.ValidationError("no severity")), patch.object(low_scores, "SLICE", 1):
			names = {self.answer("2", "3").name for _number in range(2)}
			with patch.object(low_scores, "follow_up") as again:
				low_scores.open_missed()
		self.assertLessEqual(names, {call.args[0].name for call in again.call_args_list})

	def test_a_response_is_not_lost_when_no_complaint_can_be_opened_and_it_is_tried_again(self):
		with patch.object(low_scores, "open_for", side_effect=frappe.ValidationError("no severity")):
			response = self.answer("2", "3")
		self.assertIsNone(response.opened_complaint)
		low_scores.open_missed()
		self.assertTrue(frappe.db.get_value(RESPONSE, response.name, "opened_complaint"))
		with patch.object(low_scores, "follow_up") as again:
			low_scores.open_missed()
		self.assertNotIn(response.name, [call.args[0].name for call in again.call_args_list])


class TestClosedLoop(LowScoreTestCase):
	def test_the_loop_is_closed_with_the_complaint_and_opens_with_it(self):
		response = self.answer("2", "3", responded_on=now_datetime() - timedelta(hours=10))
		complaint = frappe.get_doc(COMPLAINT, response.opened_complaint)
		complaint.update({"category": "Repeated Repair", "solution": "重新维修", "outcome": "Repair"})
		bring_to(complaint, "Resolved")
		self.assertIsNone(self.loop(response)[0])
		bring_to(complaint, "Closed", satisfaction=4)
		self.assertEqual((get_datetime(complaint.closed_on), 10), self.loop(response))
		bring_to(complaint, "Open")
		self.assertEqual((None, 0), self.loop(response))

	def loop(self, response) -> tuple:
		return frappe.db.get_value(RESPONSE, response.name, ["loop_closed_on", "hours_to_close"])


class TestRatedPeople(LowScoreTestCase):
	"""Who is rated reads no single answer, whatever the role; colleagues do, and so does who entered it."""

	def setUp(self):
		super().setUp()
		self.rated = make_user(["CRM Specialist", "Service Advisor"], [self.store])
		self.colleague = make_user("CRM Specialist", [self.store])
		visit = insert_plainly("C4S Service Visit", customer=self.customer, dealership=self.store, visit_kind="Workshop", status="Settled", service_advisor=self.rated)
		self.response = self.answer("9", "9", service_visit=visit)

	def sees(self, user: str) -> tuple:
		with as_user(user):
			return (
				bool(frappe.get_list(RESPONSE, {"name": self.response.name})),
				bool(frappe.has_permission(RESPONSE, "read", doc=self.response.name)),
				bool(frappe.get_list("C4S Survey Answer", {"parent": self.response.name}, parent_doctype=RESPONSE)),
			)

	def test_the_response_says_who_is_rated(self):
		self.assertEqual((self.rated, None), (self.response.service_advisor, self.response.sales_consultant))

	def test_the_rated_person_reads_no_single_answer(self):
		self.assertEqual((False, False, False), self.sees(self.rated))
		self.assertEqual((True, True, True), self.sees(self.colleague))

	def test_what_is_sent_along_opens_nothing(self):
		sent = frappe.get_doc(RESPONSE, self.response.name).update({"owner": self.rated, "service_advisor": None, "sales_consultant": None})
		self.assertFalse(frappe.has_permission(RESPONSE, "write", doc=sent, user=self.rated))

	def test_who_entered_it_may_open_it(self):
		self.response.db_set("owner", self.rated)
		self.assertEqual((True, True, True), self.sees(self.rated))

	def test_nobody_says_himself_who_is_rated(self):
		self.response.update({"service_advisor": None}).save()
		self.assertEqual(self.rated, self.response.service_advisor)
