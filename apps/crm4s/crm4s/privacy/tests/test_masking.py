import json
import unittest

import frappe
import pandas as pd
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.intake.customers import take_in_customers
from crm4s.privacy import inventory
from crm4s.privacy.masking import mask

PHONE, OTHER_PHONE = "+8613800138471", "+8613800138472"


class TestMask(unittest.TestCase):
	def test_each_kind_has_its_mask(self):
		for kind, value, masked in (
			(inventory.PHONE, PHONE, "138****8471"),
			(inventory.IDENTITY, "E12345678", "E******78"),
			(inventory.ADDRESS, "上海市浦东新区世纪大道 1 号", "上海市浦东新区****"),
			(inventory.PLATE, "沪A12345", "沪A***45"),
			(inventory.EMAIL, "lily@example.com", "l***************"),
			(inventory.PHONE, None, ""),
		):
			with self.subTest(kind):
				self.assertEqual(masked, mask(kind, value))


class TestVersions(FrappeTestCase):
	"""Whoever reads a document gets its versions with it."""

	def tearDown(self):
		frappe.db.rollback()

	def versions(self, document) -> str:
		data = frappe.get_all("Version", {"docname": document.name}, pluck="data")
		self.assertTrue(data)
		return "".join(json.dumps(json.loads(one), ensure_ascii=False) for one in data)

	def assert_masked(self, said: str, *numbers: str):
		for number in numbers:
			self.assertNotIn(number, said)

	def test_a_changed_number_is_masked(self):
		lead = make_lead(phone=PHONE)
		lead.phone = OTHER_PHONE
		lead.save(ignore_version=False)
		said = self.versions(lead)
		self.assert_masked(said, PHONE, OTHER_PHONE)
		self.assertIn("138****8472", said)

	def test_rows_of_tables_that_come_change_and_go_are_masked(self):
		customer = make_customer(PHONE)
		customer.append("phones", {"phone": OTHER_PHONE, "kind": "Mobile"})
		customer.save(ignore_version=False)
		customer.phones[1].phone = "+8613800138473"
		customer.save(ignore_version=False)
		customer.remove(customer.phones[1])
		customer.save(ignore_version=False)
		self.assert_masked(self.versions(customer), PHONE, OTHER_PHONE, "+8613800138473")

	def test_what_is_taken_in_in_sets_is_masked(self):
		key = {"external_key": "masking:1", "customer_name": "张伟"}
		take_in_customers(pd.DataFrame([{**key, "email": "zhang@example.com"}]), commit=False)
		take_in_customers(pd.DataFrame([{**key, "email": "wei@example.com"}]), commit=False)
		customer = frappe.get_doc("C4S Customer", {"external_key": "masking:1"})
		self.assert_masked(self.versions(customer), "zhang@example.com", "wei@example.com")
