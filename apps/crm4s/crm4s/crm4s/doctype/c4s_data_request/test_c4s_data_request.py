import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.portal import requests
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class TestC4SDataRequest(FrappeTestCase):
	def setUp(self):
		self.stores = [make_dealership(code).name for code in ("REQUEST-1", "REQUEST-2")]
		self.customer = make_customer(store=self.stores[0]).name
		self.name = requests.ask_correction(self.customer, {"email": "new@example.com"})

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_a_store_sees_those_of_its_customers_only(self):
		for store, sees in zip(self.stores, (True, False)):
			with as_user(make_user("CRM Manager", [store])):
				self.assertEqual(sees, self.name in frappe.get_list("C4S Data Request", pluck="name"))
				self.assertEqual(sees, bool(frappe.has_permission("C4S Data Request", "read", self.name)))

	def test_nobody_decides_it_by_the_form(self):
		with as_user(make_user("CRM Manager", self.stores[:1])), self.assertRaises(frappe.PermissionError):
			frappe.get_doc("C4S Data Request", self.name).update({"status": "Done"}).save()

	def test_an_approved_value_stands_in_the_file(self):
		with as_user(make_user("CRM Manager", self.stores[:1])):
			requests.approve(self.name)
		self.assertEqual("new@example.com", frappe.db.get_value("C4S Customer", self.customer, "email"))
