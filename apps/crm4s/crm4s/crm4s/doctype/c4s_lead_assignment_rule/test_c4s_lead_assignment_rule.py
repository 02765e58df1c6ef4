import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.leads.tests.factories import make_rule
from crm4s.tests.people import make_user
from crm4s.tests.store_documents import StoreDocumentTests

test_ignore = ["User"]


class TestC4SLeadAssignmentRule(FrappeTestCase):
	"""To whom a rule gives leads is tested in assignment/."""

	def setUp(self):
		self.store = make_dealership("RULE-1").name
		self.user = make_user("Sales Consultant", [self.store])

	def tearDown(self):
		frappe.db.rollback()

	def test_a_consultant_has_one_turn(self):
		self.assertRaisesRegex(frappe.ValidationError, "is in the list twice", make_rule, self.store, self.user, self.user)

	def test_skills_are_those_of_the_consultants(self):
		skill = {"user": "Administrator", "series": "Vela"}
		self.assertRaisesRegex(frappe.ValidationError, "who is not among the consultants", make_rule, self.store, self.user, skills=[skill])
		skill = {"user": self.user}
		self.assertRaisesRegex(frappe.ValidationError, "needs a brand, a series or a model", make_rule, self.store, self.user, skills=[skill])

	def test_a_form_that_was_open_meanwhile_does_not_turn_the_counts_back(self):
		rule = make_rule(self.store, self.user)
		frappe.db.set_value("C4S Lead Assignment Rule", rule.name, "last_user", self.user, update_modified=False)
		frappe.db.set_value("C4S Lead Assignment Member", rule.members[0].name, "leads_given", 7, update_modified=False)
		rule.update({"priority": 5}).save()
		self.assertEqual((self.user, 7), (rule.last_user, rule.members[0].leads_given))


class TestRulesOfStores(StoreDocumentTests, FrappeTestCase):
	doctype = "C4S Lead Assignment Rule"
	role = "Sales Manager"

	def make_document_of(self, store):
		return make_rule(store, "Administrator")
