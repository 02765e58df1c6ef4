import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user


class TestDefeatReason(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_the_reasons_that_name_a_rival_ask_for_it(self):
		asking = frappe.get_all("C4S Defeat Reason", filters={"needs_competitor": 1}, pluck="name")
		self.assertLessEqual({"Bought Another Brand", "Bought at Another Store"}, set(asking))

	def test_sales_staff_choose_reasons_and_only_administrators_keep_them(self):
		for role, may_write in (("Sales Consultant", False), ("Sales Manager", False), ("Administrator", True)):
			with self.subTest(role), as_user(make_user(role)):
				self.assertTrue(frappe.has_permission("C4S Defeat Reason", "select"))
				self.assertEqual(may_write, frappe.has_permission("C4S Defeat Reason", "write"))
