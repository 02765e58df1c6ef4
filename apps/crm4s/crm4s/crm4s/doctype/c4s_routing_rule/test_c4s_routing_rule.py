import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.tests.people import as_user, make_user


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

	def test_a_store_writes_its_own_rules_only(self):
		own, other = make_dealership("ROUTE-1").name, make_dealership("ROUTE-2").name
		rules = {store: make_rule(dealership=store).name for store in (own, other, None)}
		with as_user(make_user("CRM Manager", [own])):
			for store, name in rules.items():
				self.assertEqual(store == own, bool(frappe.has_permission("C4S Routing Rule", "write", doc=name)), store)
				self.assertTrue(frappe.has_permission("C4S Routing Rule", "read", doc=name))
			taken = frappe.get_doc("C4S Routing Rule", rules[other])
			taken.dealership = own
			self.assertRaises(frappe.PermissionError, taken.save)

	def test_a_rule_for_a_person_names_the_person(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Choose the person"):
			make_rule(method="Person")
		self.assertIsNone(make_rule(person="Administrator").person)
