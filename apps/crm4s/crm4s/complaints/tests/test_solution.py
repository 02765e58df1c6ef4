"""What a solution costs, and the word to the customer."""

import frappe

from crm4s.complaints import api
from crm4s.complaints.feedback import reopen_for_customer
from crm4s.crm4s.doctype.c4s_complaint.due import to_approve
from crm4s.crm4s.doctype.c4s_complaint.test_c4s_complaint import ComplaintTestCase, close, make_complaint, resolve
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.exceptions import CompensationNotApprovedError
from crm4s.my_day.work import current_person
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class TestAmount(ComplaintTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store = make_dealership("SOLUTION-1").name
		cls.agent, cls.manager = make_user("Customer Service Representative", [cls.store]), make_user("CRM Manager", [cls.store])

	def setUp(self):
		frappe.db.savepoint("solution")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback(save_point="solution")

	def by_agent(self, amount: float):
		complaint = make_complaint(dealership=self.store)
		with as_user(self.agent):
			document = frappe.get_doc(complaint.doctype, complaint.name)
			return document.update({"outcome": "Compensate", "compensation_amount": amount}).save()

	def test_up_to_the_limit_nobody_is_asked(self):
		complaint = self.by_agent(500)
		self.assertEqual("Not Needed", complaint.compensation_approval)
		self.assertEqual("Resolved", resolve(complaint, outcome="Compensate").status)

	def test_above_it_the_manager_decides_before_anything_is_promised(self):
		complaint = self.by_agent(500.01)
		self.assertEqual("To Be Approved", complaint.compensation_approval)
		with self.assertRaisesRegex(CompensationNotApprovedError, "has to approve it first"):
			resolve(complaint, outcome="Compensate")
		with as_user(self.agent), self.assertRaises(frappe.PermissionError):
			api.decide_compensation(complaint.name, 1)
		with as_user(self.manager):
			self.assertIn(complaint.name, frappe.get_list(complaint.doctype, to_approve(current_person()), pluck="name"))
			api.decide_compensation(complaint.name, 1)
		complaint.reload()
		self.assertEqual(("Approved by Manager", self.manager), (complaint.compensation_approval, complaint.compensation_decided_by))
		self.assertEqual("Resolved", resolve(complaint, outcome="Compensate").status)

	def test_another_amount_is_approved_anew_and_a_refusal_says_why(self):
		complaint = self.by_agent(800)
		with as_user(self.manager):
			with self.assertSaysWhy("Say why the amount is refused"):
				api.decide_compensation(complaint.name, 0)
			api.decide_compensation(complaint.name, 0, "先修")
			self.assertRaisesRegex(frappe.ValidationError, "no amount here that waits", api.decide_compensation, complaint.name, 1)
		complaint.reload()
		self.assertRaises(CompensationNotApprovedError, resolve, complaint, outcome="Compensate")
		with as_user(self.agent):
			complaint = frappe.get_doc(complaint.doctype, complaint.name)
			self.assertEqual("To Be Approved", complaint.update({"compensation_amount": 700}).save().compensation_approval)

	def test_a_manager_who_enters_it_has_decided(self):
		complaint = make_complaint(dealership=self.store)
		with as_user(self.manager):
			document = frappe.get_doc(complaint.doctype, complaint.name)
			document.update({"outcome": "Return", "compensation_amount": 150_000}).save()
		self.assertEqual(("Approved by Manager", self.manager), (document.compensation_approval, document.compensation_decided_by))

	def test_nobody_types_in_an_approval(self):
		complaint = self.by_agent(800)
		with as_user(self.agent):
			document = frappe.get_doc(complaint.doctype, complaint.name)
			document.update({"compensation_approval": "Approved by Manager", "feedback_on": "2026-01-01"}).save()
		self.assertEqual(("To Be Approved", None), frappe.db.get_value(document.doctype, document.name, ["compensation_approval", "feedback_on"]))


class TestFeedback(ComplaintTestCase):
	def messages(self, complaint) -> list:
		return frappe.get_all("C4S Message", {"reference_name": complaint.name}, ["template", "values_json", "purpose"])

	def test_a_message_tells_how_it_was_settled_once(self):
		complaint = resolve(make_complaint())
		api.tell_customer(complaint.name, "Message")
		message = self.messages(complaint)[0]
		self.assertEqual(("投诉处理结果", "Complaint Handling"), (message.template, message.purpose))
		self.assertIn("更换压缩机", frappe.parse_json(message.values_json).solution)
		with self.assertSaysWhy("The customer was told already"):
			api.tell_customer(complaint.name, "Call")
		self.assertEqual(1, len(self.messages(complaint)))

	def test_somebody_is_asked_to_call(self):
		complaint = resolve(make_complaint())
		api.tell_customer(complaint.name, "Call")
		task = frappe.get_all("C4S Care Task", {"reference_name": complaint.name}, ["status", "why"])[0]
		self.assertEqual("Open", task.status)
		self.assertIn("ask whether the customer is content", task.why)

	def test_then_the_process_waits_for_the_answer(self):
		complaint = resolve(make_complaint())
		frappe.get_doc("C4S Touchpoint", "Complaint: Solution").update({"items": []}).save()
		api.tell_customer(complaint.name, "Message")
		self.assertEqual(("Feedback", "Message"), frappe.db.get_value(complaint.doctype, complaint.name, ["workflow_state", "feedback_by"]))

	def test_nobody_is_told_before_there_is_a_solution(self):
		with self.assertSaysWhy("The customer is told when there is a solution"):
			api.tell_customer(make_complaint().name, "Message")

	def test_the_customer_opens_it_again_with_what_he_or_she_said(self):
		complaint = close(resolve(make_complaint()), satisfaction=3)
		self.assertTrue(reopen_for_customer(complaint.name, "又坏了 <script>"))
		self.assertEqual(("Reopened", "Open", 1), frappe.db.get_value(complaint.doctype, complaint.name, ["workflow_state", "status", "times_reopened"]))
		said = frappe.get_all("Comment", {"reference_name": complaint.name, "comment_type": "Comment"}, pluck="content")
		self.assertEqual(["又坏了 &lt;script&gt;"], said)
		self.assertFalse(reopen_for_customer(complaint.name, "又坏了"))
		self.assertIsNone(frappe.db.get_value(complaint.doctype, complaint.name, "feedback_on"))
