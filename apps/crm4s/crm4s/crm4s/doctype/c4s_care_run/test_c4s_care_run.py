import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user


class TestC4SCareRun(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_nobody_writes_it_by_hand(self):
		with as_user(make_user("Administrator")):
			self.assertTrue(frappe.has_permission("C4S Care Run", "read"))
			for right in ("create", "write", "delete"):
				self.assertFalse(frappe.has_permission("C4S Care Run", right), right)
