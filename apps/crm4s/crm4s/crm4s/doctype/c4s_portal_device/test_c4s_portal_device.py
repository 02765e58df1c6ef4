import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.portal.devices import DEVICE
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class TestC4SPortalDevice(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_colleagues_do_not_see_the_phones_of_customers(self):
		for role in ("CRM Manager", "Dealer Manager", "Portal Customer"):
			with as_user(make_user(role)):
				self.assertFalse(frappe.has_permission(DEVICE, "read"))

	def test_what_opens_it_is_shown_to_nobody(self):
		with as_user(make_user("Administrator")):
			self.assertNotIn("token_hash", frappe.get_meta(DEVICE).get_permitted_fieldnames())
