"""What the start of the desk mends."""

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, get_datetime, now_datetime

from crm4s.boot import AHEAD_MINUTES, JOB, let_jobs_run_again


class TestClockThatWasPutBack(FrappeTestCase):
	def setUp(self):
		self.addCleanup(frappe.db.rollback)
		self.ahead, self.just_now = frappe.get_all(JOB, {"method": ["like", "crm4s.%"]}, limit=2, pluck="name")
		self.moment = add_to_date(now_datetime(), minutes=AHEAD_MINUTES // 2)
		frappe.db.set_value(JOB, self.ahead, "last_execution", add_to_date(now_datetime(), days=1))
		frappe.db.set_value(JOB, self.just_now, "last_execution", self.moment)

	def last_execution(self, name: str):
		return get_datetime(frappe.db.get_value(JOB, name, "last_execution"))

	def test_jobs_of_the_days_ahead_run_again(self):
		before = now_datetime()
		let_jobs_run_again(frappe._dict())
		self.assertLess(self.last_execution(self.ahead), add_to_date(before, minutes=1))

	def test_clocks_that_differ_a_little_change_nothing(self):
		let_jobs_run_again(frappe._dict())
		self.assertEqual(self.moment, self.last_execution(self.just_now))
