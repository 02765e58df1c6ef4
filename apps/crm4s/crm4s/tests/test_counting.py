import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.counting import count

KEY = "c4s_test_counting"


class TestCounting(FrappeTestCase):
	def setUp(self):
		self.forget()
		self.addCleanup(self.forget)

	def test_each_time_counts_and_looking_does_not(self):
		self.assertEqual([0, 1, 2, 2, 3], [count(KEY, 60, by) for by in (0, 1, 1, 0, 1)])

	def test_the_seconds_run_from_the_first_one(self):
		cache = frappe.cache()
		count(KEY, 500)
		count(KEY, 50)
		self.assertGreater(cache.ttl(cache.make_key(KEY)), 50)

	def forget(self):
		cache = frappe.cache()
		cache.delete(cache.make_key(KEY))
