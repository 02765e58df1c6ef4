import frappe
from frappe.tests.utils import FrappeTestCase


class TestC4SPartCategory(FrappeTestCase):
	def test_categories_are_offered_in_their_order(self):
		names = frappe.get_list("C4S Part Category", pluck="name", order_by="sequence")
		self.assertEqual("Oil and Fluids", names[0])
		self.assertIn("Accessories", names)
