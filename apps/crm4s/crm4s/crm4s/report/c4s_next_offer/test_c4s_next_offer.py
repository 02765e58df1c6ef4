import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_offer_rule.c4s_offer_rule import OFFER_RULE
from crm4s.crm4s.report.c4s_next_offer.c4s_next_offer import execute
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
RULE = {"if_kind": "Insurance", "if_item": "Offer Test A", "then_kind": "Insurance", "then_item": "Offer Test B", "customers": 40, "lacking": 12, "confidence": 77, "lift": 2, "support": 4}


class TestNextOffer(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.one, cls.two = make_dealership("OFFER-1").name, make_dealership("OFFER-2").name
		frappe.db.delete(OFFER_RULE)
		for rule in (RULE, {**RULE, "then_item": "Offer Test C", "confidence": 20, "lacking": 50}):
			frappe.get_doc({"doctype": OFFER_RULE, "name": frappe.generate_hash(length=10), **rule}).db_insert()
		cls.lacks, cls.has_both, cls.elsewhere = cls.customer(cls.one, "A"), cls.customer(cls.one, "A", "B"), cls.customer(cls.two, "A")

	@classmethod
	def tearDownClass(cls):
		frappe.db.rollback()
		super().tearDownClass()

	def tearDown(self):
		frappe.set_user("Administrator")

	@classmethod
	def customer(cls, store: str, *things: str) -> str:
		name = make_customer(store=store).name
		frappe.db.set_value("C4S Customer", name, "last_visit_on", "2026-01-01")
		for thing in things:
			policy = {"doctype": "C4S Insurance Policy", "name": frappe.generate_hash(length=10), "customer": name, "dealership": store, "policy_kind": f"Offer Test {thing}"}
			frappe.get_doc({**policy, "valid_from": frappe.utils.nowdate(), "sold_by_us": 1}).db_insert()
		return name

	def customers(self, **filters) -> list[str]:
		chosen = {"view": "Customers", "if_item": "Offer Test A", "then_item": "Offer Test B", **filters}
		return [row["customer"] for row in execute(chosen)[1]]

	def test_rules_with_how_many_lack_the_offer(self):
		self.assertEqual([("Offer Test C", 20, 50), ("Offer Test B", 77, 12)], [(row["then_item"], row["confidence"], row["lacking"]) for row in execute({})[1]])
		self.assertEqual(1, len(execute({"least_confidence": 50})[1]))
		self.assertEqual([], execute({"then_kind": "Accessory"})[1])

	def test_a_store_reads_how_many_of_its_own_customers_lack_the_offer(self):
		with as_user(make_user("CRM Manager", [self.one])):
			rows = execute({})[1]
			self.assertEqual([("Offer Test B", 1, 1), ("Offer Test C", 0, 2)], [(row["then_item"], row["customers"], row["lacking"]) for row in rows])
			self.assertEqual([], execute({"dealership": self.two})[1])
		with as_user(make_user("CRM Manager", [self.two])):
			self.assertEqual([1, 1], [row["lacking"] for row in execute({})[1]])
		# Whoever sees all stores and chooses one reads that one, with the same number as customers behind it.
		self.assertEqual([1, 2], [row["lacking"] for row in execute({"dealership": self.one})[1]])

	def test_a_store_s_user_finds_the_own_customers_who_lack_it(self):
		with as_user(make_user("CRM Manager", [self.one])):
			self.assertEqual([self.lacks], self.customers())
			self.assertEqual([], self.customers(dealership=self.two))
		with as_user(make_user("CRM Manager")):
			self.assertEqual([], self.customers())

	def test_what_a_customer_wrote_is_no_formula_in_a_spreadsheet(self):
		frappe.db.set_value("C4S Customer", self.lacks, "customer_name", '=HYPERLINK("http://example.com")')
		with as_user(make_user("CRM Manager", [self.one])):
			rows = execute({"view": "Customers", "if_item": "Offer Test A", "then_item": "Offer Test B"})[1]
		self.assertEqual(["'=HYPERLINK(\"http://example.com\")"], [row["customer_name"] for row in rows])

	def test_without_a_rule_nobody_is_looked_for(self):
		self.assertEqual([], execute({"view": "Customers"})[1])
		self.assertEqual([], self.customers(then_item="Nothing"))

	def test_an_advisor_may_not_run_it(self):
		with as_user(make_user("Service Advisor", [self.one])), self.assertRaises(frappe.PermissionError):
			run("C4S Next Offer", {})
