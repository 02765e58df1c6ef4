"""Patches 49 and 50: of several fields of a closed permission level, none comes back; a field without a column is not asked for."""

import unittest

import frappe

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import make_service_visit
from crm4s.tests.people import as_user, make_user

CLOSED = ["email", "wechat", "address_line", "primary_phone"]


class FieldPermissions(unittest.TestCase):
	def setUp(self):
		self.addCleanup(frappe.db.rollback)
		store = make_dealership("T-FIELDS").name
		self.customer = make_customer("13800138021", store=store, customer_name="林小满", wechat="lin-xiaoman").name
		self.analyst = make_user("Data Analyst", stores=[store])

	def test_neighbours_among_the_closed_fields_are_all_left_out(self):
		with as_user(self.analyst):
			rows = frappe.get_list("C4S Customer", fields=["name", *CLOSED, "customer_name"], filters={"name": self.customer})
		self.assertEqual([{"name": self.customer, "customer_name": "林小满"}], rows)

	def test_a_star_brings_the_open_fields_only(self):
		with as_user(self.analyst):
			rows = frappe.get_list("C4S Customer", fields=["*"], filters={"name": self.customer})
		self.assertEqual("林小满", rows[0].customer_name)
		self.assertEqual(set(), set(CLOSED) & set(rows[0]))


class VirtualFields(unittest.TestCase):
	def test_a_star_asks_for_no_field_that_has_no_column(self):
		self.addCleanup(frappe.db.rollback)
		store = make_dealership("T-FIELDS").name
		visit = make_service_visit(dealership=store).name
		with as_user(make_user("Service Advisor", stores=[store])):
			rows = frappe.get_list("C4S Service Visit", fields=["*"], filters={"name": visit})
		self.assertEqual((visit, False), (rows[0].name, "language" in rows[0]))
