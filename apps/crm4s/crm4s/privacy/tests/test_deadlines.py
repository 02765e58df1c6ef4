import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.portal import requests
from crm4s.privacy import deadlines
from crm4s.tests.people import make_user

test_ignore = ["User"]
REQUEST = "C4S Data Request"


class TestDeadlines(FrappeTestCase):
	def setUp(self):
		stores = [make_dealership(code).name for code in ("DEADLINE-1", "DEADLINE-2")]
		self.officer, self.other = (make_user("Group Manager", [store]) for store in stores)
		frappe.db.set_value("User", self.officer, "language", "en")
		self.case = requests.ask_erasure(make_customer(store=stores[0]).name)

	def tearDown(self):
		frappe.db.rollback()

	def heard(self, user: str | None = None) -> list[str]:
		return frappe.get_all("Notification Log", {"document_name": self.case, "for_user": user or self.officer}, pluck="subject", order_by="creation")

	def remind(self, days_left: int, **values) -> None:
		frappe.db.set_value(REQUEST, self.case, {"due_on": add_days(nowdate(), days_left), **values})
		deadlines.remind()

	def test_it_is_said_once_that_an_answer_is_due_and_once_that_it_is_late(self):
		self.remind(4)
		self.assertEqual([], self.heard())
		for days_left, count in ((3, 1), (2, 1), (0, 1), (-1, 2), (-2, 2)):
			self.remind(days_left)
			self.assertEqual(count, len(self.heard()), days_left)
		self.assertIn(f"{self.case} (Erasure) is to be answered by ", self.heard()[0])
		self.assertIn(f"{self.case} (Erasure) should have been answered by ", self.heard()[1])

	def test_after_nights_without_a_job_only_the_graver_is_said(self):
		self.remind(-3)
		self.assertEqual(1, len(self.heard()))
		self.assertIn("should have been answered", self.heard()[0])

	def test_who_works_for_another_store_and_who_is_answered_hear_nothing(self):
		self.remind(-1, status="Done")
		self.assertEqual([], self.heard())
		self.remind(-1, status="Failed")
		self.assertEqual((1, 0), (len(self.heard()), len(self.heard(self.other))))
