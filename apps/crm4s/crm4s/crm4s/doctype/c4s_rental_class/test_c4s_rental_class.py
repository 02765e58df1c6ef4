import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user


class TestRentalClass(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_staff_choose_and_managers_of_the_store_keep_the_list(self):
		for role, may_write in (("Service Advisor", False), ("Receptionist", False), ("Dealer Manager", True), ("Administrator", True)):
			with self.subTest(role), as_user(make_user(role)):
				self.assertTrue(frappe.has_permission("C4S Rental Class", "select", "SUV"))
				self.assertEqual(may_write, frappe.has_permission("C4S Rental Class", "write", "SUV"))
