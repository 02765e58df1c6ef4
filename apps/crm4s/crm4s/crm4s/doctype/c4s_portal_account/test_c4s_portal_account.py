import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.portal import accounts
from crm4s.portal.viewer import ACCOUNT
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class TestC4SPortalAccount(FrappeTestCase):
	def setUp(self):
		self.stores = [make_dealership(code).name for code in ("PORTAL-1", "PORTAL-2")]
		self.account = accounts.open_for(make_customer(store=self.stores[0]).name)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_a_customer_has_one(self):
		self.assertEqual(self.account.name, accounts.open_for(self.account.customer).name)

	def test_a_store_sees_and_locks_those_of_its_customers_only(self):
		with as_user(make_user("CRM Specialist", self.stores[:1])):
			self.assertIn(self.account.name, frappe.get_list(ACCOUNT, pluck="name"))
			frappe.get_doc(ACCOUNT, self.account.name).update({"status": "Locked"}).save()
		self.assertFalse(frappe.db.get_value("User", self.account.user, "enabled"))
		with as_user(make_user("CRM Specialist", self.stores[1:])):
			self.assertNotIn(self.account.name, frappe.get_list(ACCOUNT, pluck="name"))
			self.assertFalse(frappe.has_permission(ACCOUNT, "read", self.account.name))

	def test_unlocked_it_opens_again(self):
		for status, enabled in (("Locked", 0), ("Active", 1)):
			account = frappe.get_doc(ACCOUNT, self.account.name)
			account.update({"status": status}).save()
			self.assertEqual(enabled, frappe.db.get_value("User", account.user, "enabled"))

	def test_its_customer_stays(self):
		with self.assertRaises(frappe.CannotChangeConstantError):
			frappe.get_doc(ACCOUNT, self.account.name).update({"customer": make_customer().name}).save()
