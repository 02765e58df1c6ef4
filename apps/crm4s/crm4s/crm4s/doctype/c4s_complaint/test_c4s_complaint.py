from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now_datetime

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import as_user, make_user
from crm4s.tests.processes import bring_to, insert_in_status
from crm4s.tests.store_documents import DealingTests

test_ignore = ["User"]


def make_complaint(**overrides):
	"""A saved open complaint of six hours ago; "Normal" is answered in 8 hours and resolved in 24, here by the clock: the store has no hours."""
	dealership = overrides.get("dealership") or make_dealership("COMPLAINT-1").name
	values = {
		"doctype": "C4S Complaint",
		"customer": None if "customer" in overrides else make_customer(store=dealership).name,
		"dealership": dealership,
		"category": "Repeated Repair",
		"severity": "Normal",
		"channel": "Phone",
		"received_on": hours_ago(6),
		"description": "空调异响修了两次还没有修好\n要求更换压缩机",
	}
	values.update(overrides)
	return insert_in_status(values)


def hours_ago(hours: float):
	return (now_datetime() - timedelta(hours=hours)).replace(microsecond=0)


def resolve(complaint, **overrides):
	return bring_to(complaint, "Resolved", **{"solution": "更换压缩机", "outcome": "Repair", **overrides})


def close(complaint, **overrides):
	return bring_to(complaint, "Closed", **overrides)


class ComplaintTestCase(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def assertSaysWhy(self, sentence: str):
		return self.assertRaisesRegex(frappe.ValidationError, sentence)


class TestFiling(ComplaintTestCase):
	def test_it_was_not_received_in_the_future(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Received On must not be in the future"):
			make_complaint(received_on=frappe.utils.add_to_date(frappe.utils.now_datetime(), days=1))

	def test_the_subject_is_the_description_s_beginning_unless_one_is_given(self):
		self.assertEqual("空调异响修了两次还没有修好", make_complaint().subject)
		self.assertEqual("空调", make_complaint(subject="空调").subject)

	def test_a_complaint_is_filed_under_a_category_and_not_under_a_group(self):
		with self.assertSaysWhy("Service Process is a group of categories; choose one of the categories below it"):
			make_complaint(category="Service Process")


	def test_a_customer_of_another_store_cannot_be_named(self):
		own, other = make_dealership("COMPLAINT-1").name, make_dealership("COMPLAINT-2").name
		stranger = make_customer("13800138113", store=other).name
		with as_user(make_user("Customer Service Representative", [own])), self.assertRaises(frappe.PermissionError):
			make_complaint(customer=stranger, dealership=own)


class TestDeadlines(ComplaintTestCase):
	def hours(self, complaint) -> tuple:
		deadlines = (complaint.respond_by, complaint.resolve_by)
		return tuple((deadline - complaint.received_on).total_seconds() / 3600 for deadline in deadlines)

	def test_the_deadlines_follow_from_the_severity(self):
		self.assertEqual((8, 24), self.hours(make_complaint()))

	def test_a_graver_severity_shortens_the_deadlines(self):
		complaint = make_complaint()
		complaint.update({"severity": "Critical"}).save()
		self.assertEqual((0.5, 8), self.hours(complaint))

	def test_what_was_promised_stays_when_the_severity_s_hours_change(self):
		complaint = make_complaint()
		frappe.get_doc("C4S Complaint Severity", "Normal").update({"response_hours": 1, "resolution_hours": 2}).save()
		complaint.update({"prevention": "培训"}).save()
		self.assertEqual((8, 24), self.hours(complaint))


class TestResolution(ComplaintTestCase):
	def test_a_resolved_complaint_needs_a_solution_and_a_category(self):
		with self.assertSaysWhy("A resolved complaint needs its solution"):
			resolve(make_complaint(), solution=" ")
		with self.assertSaysWhy("A resolved complaint needs its category"):
			resolve(make_complaint(category=None))

	def test_resolving_and_closing_leave_their_times(self):
		complaint = resolve(make_complaint())
		self.assertTrue(complaint.resolved_on)
		self.assertIsNone(complaint.closed_on)
		self.assertTrue(close(complaint, satisfaction=4).closed_on)

	def test_times_come_in_their_order(self):
		with self.assertSaysWhy("Responded On must not be before Received On"):
			make_complaint(responded_on=hours_ago(7))
		with self.assertSaysWhy("Resolved On must not be before Responded On"):
			resolve(make_complaint(responded_on=hours_ago(2)), resolved_on=hours_ago(3))
		with self.assertSaysWhy("Closed On must not be before Resolved On"):
			close(resolve(make_complaint()), satisfaction=5, closed_on=hours_ago(1))

	def test_compensation_has_an_amount(self):
		with self.assertSaysWhy("the amount must be more than 0"):
			resolve(make_complaint(), outcome="Compensate")
		self.assertEqual(500, resolve(make_complaint(), outcome="Compensate", compensation_amount=500).compensation_amount)


class TestClosing(ComplaintTestCase):
	def test_a_closed_complaint_needs_the_customer_s_word_or_a_note(self):
		with self.assertSaysWhy("A closed complaint needs the customer's satisfaction, or a closing note"):
			close(resolve(make_complaint()))
		self.assertTrue(close(resolve(make_complaint()), closing_note="三次回访未接通").name)

	def test_without_a_solution_a_note_is_needed(self):
		with self.assertSaysWhy("A complaint without a solution is closed only with a closing note"):
			close(make_complaint(), satisfaction=5)
		complaint = close(make_complaint(), closing_note="客户撤回投诉")
		self.assertIsNone(complaint.resolved_on)

	def test_satisfaction_is_a_rating_from_1_to_5(self):
		with self.assertSaysWhy("Satisfaction is a rating from 1 to 5"):
			close(resolve(make_complaint()), satisfaction=6)

	def test_a_complaint_opened_again_is_counted_and_unresolved(self):
		complaint = close(resolve(make_complaint()), satisfaction=2)
		bring_to(complaint, "Open")
		self.assertEqual((None, None, 0), (complaint.resolved_on, complaint.closed_on, complaint.satisfaction))
		self.assertEqual(1, complaint.times_reopened)
		complaint.update({"times_reopened": 0}).save()
		self.assertEqual(1, complaint.times_reopened)


class TestComplaintsOfStores(DealingTests, FrappeTestCase):
	doctype = "C4S Complaint"
	role = "Customer Service Representative"

	def make_document_of(self, store, **values):
		return make_complaint(dealership=store, **values)
