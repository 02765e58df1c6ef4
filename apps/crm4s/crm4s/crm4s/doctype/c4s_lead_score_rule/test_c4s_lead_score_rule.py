import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.leads.score import field_of_rule
from crm4s.tests.people import as_user, make_user


class TestC4SLeadScoreRule(FrappeTestCase):
	"""What rules do to leads is tested with the lead."""

	def tearDown(self):
		frappe.db.rollback()

	def test_every_rule_that_is_installed_looks_at_a_field_of_the_lead(self):
		fields = frappe.get_all("C4S Lead Score Rule", pluck="field_name")
		self.assertTrue(fields)
		self.assertEqual([], [field for field in fields if not field_of_rule(field)])

	def test_managers_change_the_rules_and_consultants_read_them(self):
		for role, may_write in (("Sales Consultant", False), ("Sales Manager", True), ("CRM Manager", True)):
			with as_user(make_user(role)):
				self.assertTrue(frappe.has_permission("C4S Lead Score Rule", "read"))
				self.assertEqual(may_write, frappe.has_permission("C4S Lead Score Rule", "write"))
