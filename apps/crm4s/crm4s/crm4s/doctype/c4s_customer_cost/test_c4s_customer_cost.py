from dataclasses import replace
from datetime import date

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.exceptions import AppendOnlyError
from crm4s.relationship_costs import GIFT, MESSAGE, POINT, Cost, costs_of, note_costs
from crm4s.tests.at_once import at_once
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]

DAY = date(2026, 3, 1)


def a_cost(customer: str, key: str, **overrides) -> Cost:
	return Cost(**{"source_key": key, "customer": customer, "kind": MESSAGE, "amount": 0.045, "incurred_on": DAY, **overrides})


class TestC4SCustomerCost(FrappeTestCase):
	def setUp(self):
		self.customer = make_customer().name

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_each_key_is_noted_once(self):
		rows = [a_cost(self.customer, "a"), a_cost(self.customer, "b"), a_cost(self.customer, "a", amount=9)]
		self.assertEqual([2, 0], [note_costs(rows), note_costs(rows)])
		self.assertEqual({self.customer: 0.09}, costs_of([self.customer]))

	def test_what_is_taken_back_is_noted_as_well(self):
		note_costs([a_cost(self.customer, "a", kind=GIFT, amount=88), a_cost(self.customer, "b", kind=GIFT, amount=-88)])
		self.assertEqual({self.customer: 0.0}, costs_of([self.customer]))

	def test_sums_are_of_the_days_asked_for(self):
		later = date(2026, 4, 1)
		note_costs([a_cost(self.customer, "a", amount=1), a_cost(self.customer, "b", kind=POINT, amount=2, incurred_on=later)])
		self.assertEqual({self.customer: 1.0}, costs_of([self.customer], last=date(2026, 3, 31)))
		self.assertEqual({self.customer: 2.0}, costs_of([self.customer], first=later))
		self.assertEqual({}, costs_of([self.customer], first=date(2026, 4, 2)))

	def test_nothing_is_noted_of_nothing_and_of_what_is_no_cost(self):
		self.assertEqual(0, note_costs([a_cost(self.customer, "a", amount=0)]))
		for wrong in ({"amount": float("nan")}, {"kind": "Flowers"}, {"source_key": "x" * 141}, {"source_key": ""}, {"customer": ""}):
			with self.subTest(wrong), self.assertRaises(ValueError):
				replace(a_cost(self.customer, "a"), **wrong)

	def test_two_at_once_note_a_cost_once(self):
		key = frappe.generate_hash()
		self.addCleanup(frappe.db.commit)
		self.addCleanup(frappe.db.delete, "C4S Customer Cost", {"source_key": key})
		self.addCleanup(frappe.db.delete, "C4S Customer", {"name": self.customer})
		counts = at_once(*[lambda: note_costs([a_cost(self.customer, key)])] * 2)
		self.assertEqual([0, 1], sorted(counts))

	def test_it_is_not_changed(self):
		note_costs([a_cost(self.customer, "a")])
		with self.assertRaises(AppendOnlyError):
			frappe.get_last_doc("C4S Customer Cost", {"customer": self.customer}).save()

	def test_a_store_sees_what_it_spent(self):
		own, other = make_dealership("COST-1").name, make_dealership("COST-2").name
		note_costs([a_cost(self.customer, "a", dealership=own), a_cost(self.customer, "b", dealership=other)])
		rows = dict(frappe.get_all("C4S Customer Cost", {"customer": self.customer}, ["dealership", "name"], as_list=True))
		with as_user(make_user("CRM Manager", [own])):
			self.assertEqual([rows[own]], frappe.get_list("C4S Customer Cost", {"customer": self.customer}, pluck="name"))
			self.assertFalse(frappe.has_permission("C4S Customer Cost", "read", doc=rows[other]))
