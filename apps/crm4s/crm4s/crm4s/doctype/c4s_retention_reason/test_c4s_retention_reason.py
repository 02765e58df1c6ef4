import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user


class TestRetentionReason(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_staff_choose_reasons_and_the_crm_manager_keeps_them(self):
		for role, may_write in (("CRM Specialist", False), ("CRM Manager", True)):
			with self.subTest(role), as_user(make_user(role)):
				self.assertTrue(frappe.has_permission("C4S Retention Reason", "select"))
				self.assertEqual(may_write, frappe.has_permission("C4S Retention Reason", "write"))
