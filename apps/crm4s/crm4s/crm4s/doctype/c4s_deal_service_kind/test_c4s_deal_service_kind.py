import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user


class TestC4SDealServiceKind(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_delivery_waits_for_insurance_plate_tax_and_finance(self):
		waited_for = frappe.get_all("C4S Deal Service Kind", {"mandatory": 1}, pluck="name")
		self.assertLessEqual({"Insurance", "Plate", "Purchase Tax", "Finance"}, set(waited_for))

	def test_consultants_choose_kinds_and_only_administrators_keep_them(self):
		for role, may_write in (("Sales Consultant", False), ("Sales Manager", False), ("Administrator", True)):
			with self.subTest(role), as_user(make_user(role)):
				self.assertTrue(frappe.has_permission("C4S Deal Service Kind", "select"))
				self.assertEqual(may_write, frappe.has_permission("C4S Deal Service Kind", "write"))
