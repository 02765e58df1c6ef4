import frappe
from frappe.tests.utils import FrappeTestCase


def make_rule(**overrides):
	"""A saved rule that goes before those that are installed."""
	values = {"doctype": "C4S Routing Rule", "rule_title": frappe.generate_hash(length=10), "sequence": 1, "department": "C4S CRM Specialist", "due_minutes": 60}
	return frappe.get_doc({**values, **overrides}).insert()


class TestRoutingRule(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_a_department_is_a_role_of_ours(self):
		with self.assertRaisesRegex(frappe.ValidationError, "is no department"):
			make_rule(department="System Manager")

	def test_a_rule_for_a_person_names_the_person(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Choose the person"):
			make_rule(method="Person")
		self.assertIsNone(make_rule(person="Administrator").person)
