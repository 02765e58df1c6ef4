from unittest.mock import patch

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.access.customers import dealing_condition, has_dealing_permission, require_customer
from crm4s.access.rows import seen_rows_condition
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.tests.people import as_user, make_user


class TestDealingsOfACustomer(FrappeTestCase):
	"""A customer of two stores: each sees its own dealings, and the other's where the group shares them."""

	def setUp(self):
		change_settings(stores_share_dealings=0)
		make_dealership("T-EAST")
		make_dealership("T-WEST")
		make_dealership("T-NORTH")
		self.customer = make_customer("13800138000", "T-EAST")
		frappe.get_doc({"doctype": "C4S Store Relationship", "customer": self.customer.name, "dealership": "T-WEST"}).insert()
		self.visit = frappe.get_doc({"doctype": "C4S Service Visit", "customer": self.customer.name, "dealership": "T-EAST"})
		self.visit.set_new_name()
		self.visit.db_insert()

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()
		frappe.clear_document_cache("C4S Settings", "C4S Settings")

	def sees(self, store: str, ptype: str = "read") -> tuple[bool, bool]:
		"""Whether a list and the single document let a user of `store` see the visit."""
		user = make_user("Service Advisor", [store])
		condition = dealing_condition("C4S Service Visit", user)
		listed = frappe.db.sql(f"select 1 from `tabC4S Service Visit` where name = %s and {condition}", self.visit.name)
		return bool(listed), has_dealing_permission(self.visit, ptype, user)

	def test_each_store_sees_its_own_dealings(self):
		self.assertEqual((True, True), self.sees("T-EAST"))
		self.assertEqual((False, False), self.sees("T-WEST"))

	def test_where_the_group_shares_them_a_store_reads_what_its_customers_had_elsewhere(self):
		change_settings(stores_share_dealings=1)
		self.assertEqual((True, True), self.sees("T-WEST"))
		self.assertEqual((False, False), self.sees("T-NORTH"))

	def test_a_store_with_many_customers_sees_the_same_as_one_with_few(self):
		change_settings(stores_share_dealings=1)
		with patch("crm4s.access.customers.FEW_CUSTOMERS", 0):
			self.assertEqual((True, True), self.sees("T-WEST"))
			self.assertEqual((False, False), self.sees("T-NORTH"))

	def test_what_is_shared_is_not_written_by_the_other_store(self):
		change_settings(stores_share_dealings=1)
		self.assertEqual((True, False), self.sees("T-WEST", "write"))
		self.assertEqual((True, True), self.sees("T-EAST", "write"))

	def test_whoever_works_for_the_group_is_not_limited(self):
		self.assertEqual("", dealing_condition("C4S Service Visit", make_user("Group Manager")))

	def test_phones_are_listed_with_the_customers_of_the_own_store(self):
		for store, expected in (("T-WEST", 1), ("T-NORTH", 0)):
			condition = seen_rows_condition("C4S Customer Phone", "C4S Customer", make_user("Receptionist", [store]))
			rows = frappe.db.sql(f"select 1 from `tabC4S Customer Phone` where parent = %s and {condition}", self.customer.name)
			self.assertEqual(expected, len(rows))

	def test_a_document_does_not_link_to_a_customer_of_others(self):
		with as_user(make_user("Receptionist", ["T-NORTH"])):
			with self.assertRaisesRegex(frappe.PermissionError, "is not a customer of your store"):
				require_customer(self.customer.name)
		with as_user(make_user("Receptionist", ["T-WEST"])):
			require_customer(self.customer.name)
		require_customer(None)
