import frappe
from frappe.tests.utils import FrappeTestCase


class TestC4SPartUnit(FrappeTestCase):
	def test_the_unit_that_a_new_part_begins_with_is_there(self):
		self.assertTrue(frappe.db.exists("C4S Part Unit", frappe.get_meta("C4S Part").get_field("unit").default))
