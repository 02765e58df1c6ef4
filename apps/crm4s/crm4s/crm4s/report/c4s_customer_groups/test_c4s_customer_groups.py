import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.report.c4s_customer_groups.c4s_customer_groups import execute
from crm4s.crm4s.report.value_scope import VALUE
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class TestCustomerGroups(FrappeTestCase):
	"""A store with 30 who bring much and came often, and 30 who came once and brought little; another store with nobody."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.store, cls.other = make_dealership("GROUPS-1").name, make_dealership("GROUPS-2").name
		for number in range(60):
			often = number < 30
			frappe.get_doc(
				{
					"doctype": VALUE, "name": f"GROUPS-{number}", "customer": f"GROUPS-{number}", "dealership": cls.store, "is_whole": 1, "visits": 12 if often else 1,
					"margin_after_cost": (9000 if often else 200) + number, "age_weeks": 200, "recency_weeks": 190 if often else 0, "expected_margin_per_visit": 750 if often else 200,
					"risk": 5 if often else 80, "lifetime_value": 20000 if often else -10,
				}
			).db_insert()

	@classmethod
	def tearDownClass(cls):
		frappe.db.rollback()
		super().tearDownClass()

	def tearDown(self):
		frappe.set_user("Administrator")

	def test_only_so_many_groups_as_the_filter_offers_are_looked_for(self):
		for groups in ("1", "8", "5000"):
			self.assertRaises(frappe.ValidationError, execute, {"dealership": self.store, "groups": groups})

	def test_groups_are_found_and_told_in_words(self):
		_columns, rows, _message, chart, summary = execute({"dealership": self.store, "groups": "2"})
		self.assertEqual([(30, 50.0, 20000.0), (30, 50.0, -10.0)], [(row["customers"], row["share"], row["lifetime_value"]) for row in rows])
		self.assertIn("came often", rows[0]["label"])
		self.assertIn("came seldom", rows[1]["label"])
		self.assertEqual((12.0, 9014.5), (rows[0]["visits"], rows[0]["margin_after_cost"]))
		self.assertEqual([50.0, 50.0], chart["data"]["datasets"][0]["values"])
		self.assertEqual(60, summary[1]["value"])

	def test_too_few_are_said_in_words(self):
		self.assertEqual(([], "There are too few customers, or they are too much alike, to find groups among them."), execute({"dealership": self.other})[1:3])

	def test_a_store_looks_at_its_own_customers(self):
		with as_user(make_user("Dealer Manager", [self.other])):
			self.assertEqual([], execute({})[1])
			self.assertEqual([], execute({"dealership": self.store})[1])
		with as_user(make_user("Dealer Manager", [self.store])):
			self.assertEqual(60, sum(row["customers"] for row in execute({})[1]))

	def test_who_may_not_read_values_may_not_run_it(self):
		with as_user(make_user("Receptionist", [self.store])), self.assertRaises(frappe.PermissionError):
			run("C4S Customer Groups", {"dealership": self.store})
