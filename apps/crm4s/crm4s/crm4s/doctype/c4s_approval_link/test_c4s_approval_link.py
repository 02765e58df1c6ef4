"""What a link is for and who sees it is tested in crm4s.service.tests.test_links."""

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user


class TestC4SApprovalLink(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_nobody_makes_or_changes_one_by_hand(self):
		for role in ("Service Advisor", "Workshop Manager", "Dealer Manager", "Administrator"):
			with self.subTest(role), as_user(make_user(role)):
				for right in ("create", "write", "delete"):
					self.assertFalse(frappe.has_permission("C4S Approval Link", right), right)
				self.assertTrue(frappe.has_permission("C4S Approval Link", "read"))
