import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.report.c4s_possible_twins.c4s_possible_twins import execute
from crm4s.merging import api, twins
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class TestPossibleTwins(FrappeTestCase):
	def setUp(self):
		self.one, self.two = make_dealership("TWIN-1").name, make_dealership("TWIN-2").name
		number = {"phone": "13800138071", "kind": "Mobile"}
		self.first = make_customer(store=self.one, customer_name="=双胞甲", phones=[dict(number)])
		self.second = make_customer(store=self.one, customer_name="双胞乙", phones=[dict(number)])
		self.theirs = make_customer(store=self.two, customer_name="双胞丙", phones=[dict(number)])

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def pairs(self, store):
		twins.search()
		with as_user(make_user("CRM Manager", [store])):
			return [(row["customer"], row["other"], row["certainty"], row["reasons"]) for row in execute({})[1]]

	def test_a_store_sees_pairs_whose_both_files_it_knows(self):
		self.assertEqual([(self.first.name, self.second.name, 70, "Same Phone")], self.pairs(self.one))
		self.assertEqual([], self.pairs(self.two))

	def test_more_reasons_make_it_surer(self):
		for customer in (self.first, self.second):
			frappe.db.set_value("C4S Customer", customer.name, {"email": "twin@example.com", "customer_name": "双胞"})
		self.assertEqual([(self.first.name, self.second.name, 96, "Same E-mail, Same Phone, Same Name in a Store")], self.pairs(self.one))
		self.assertEqual(99, twins.certainty((99, 80, 75, 70, 30)))

	def test_what_they_share_twice_is_one_reason(self):
		for customer in (self.first, self.second):
			frappe.db.set_value("C4S Customer", customer.name, "customer_name", "双胞")
			frappe.get_doc({"doctype": "C4S Store Relationship", "customer": customer.name, "dealership": self.two}).insert()
		((*_pair, certainty, reasons),) = self.pairs(self.one)
		self.assertEqual((79, "Same Phone, Same Name in a Store"), (certainty, reasons))

	def test_who_is_not_the_same_is_offered_no_more(self):
		with as_user(make_user("CRM Manager", [self.one])):
			api.set_apart(self.second.name, self.first.name, "father and son")
			api.set_apart(self.first.name, self.second.name)
		self.assertEqual([], self.pairs(self.one))
		self.assertEqual(1, frappe.db.count("C4S Different People", {"pair": f"{self.first.name}|{self.second.name}"}))

	def test_a_shared_number_and_one_of_many_make_no_pair(self):
		frappe.db.set_value("C4S Customer Phone", {"parent": self.second.name}, "is_shared", 1)
		self.assertEqual([], self.pairs(self.one))
		frappe.db.set_value("C4S Customer Phone", {"parent": self.second.name}, "is_shared", 0)
		for _more in range(5):
			make_customer(store=self.one, customer_name=f"孪{frappe.generate_hash(length=6)}", phones=[{"phone": "13800138071", "kind": "Mobile"}])
		self.assertEqual([], self.pairs(self.one))

	def test_a_file_that_was_merged_is_no_twin_from_that_moment_on(self):
		self.assertTrue(self.pairs(self.one))
		api.merge_customers(self.first.name, self.second.name, "same person")
		self.assertEqual([], twins.find([self.one], 10))
		self.assertEqual([], self.pairs(self.one))

	def test_how_sure_a_reason_makes_it_is_a_setting_and_zero_switches_it_off(self):
		for percent, expected in ((85, [(self.first.name, self.second.name, 85, "Same Phone")]), (0, [])):
			frappe.db.set_single_value("C4S Settings", "certainty_phone", percent)
			frappe.clear_document_cache("C4S Settings", "C4S Settings")
			self.assertEqual(expected, self.pairs(self.one))

	def test_a_second_search_brings_no_pair_twice(self):
		self.assertEqual(twins.search(), twins.search())
		self.assertEqual(1, frappe.db.count(twins.TWIN, {"first": self.first.name, "second": self.second.name}))

	def first_row(self) -> dict:
		twins.search()
		return execute({})[1][0]

	def test_names_are_no_formulas_in_a_spreadsheet(self):
		with as_user(make_user("CRM Manager", [self.one])):
			self.assertEqual("'=双胞甲", self.first_row()["customer_customer_name"])

	def test_a_consultant_may_not_run_it(self):
		with as_user(make_user("Sales Consultant", [self.one])), self.assertRaises(frappe.PermissionError):
			run("C4S Possible Twins", {})
