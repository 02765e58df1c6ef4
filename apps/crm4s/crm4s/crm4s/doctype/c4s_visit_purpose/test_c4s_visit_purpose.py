import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user


class TestVisitPurpose(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_reception_chooses_and_administrators_keep_the_list(self):
		for role, may_write in (("Receptionist", False), ("Administrator", True)):
			with self.subTest(role), as_user(make_user(role)):
				self.assertTrue(frappe.has_permission("C4S Visit Purpose", "select", "Look at Cars"))
				self.assertEqual(may_write, frappe.has_permission("C4S Visit Purpose", "write", "Look at Cars"))
