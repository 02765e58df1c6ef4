import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase
from freezegun import freeze_time

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_data_quality_month.c4s_data_quality_month import QUALITY
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.report.c4s_data_quality.c4s_data_quality import execute
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
CITY, PHONE = "Customers without a City", "Customers with the Same Phone"


@freeze_time("2001-06-15")
class TestDataQualityReport(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.one, cls.two = make_dealership("QUALITY-3").name, make_dealership("QUALITY-4").name
		for month, store, check, affected in (("2001-06-01", cls.one, CITY, 3), ("2001-06-01", cls.one, PHONE, 1), ("2001-06-01", cls.two, CITY, 5), ("2001-05-01", cls.one, CITY, 4)):
			row = {"month": month, "dealership": store, "check_name": check, "kind": "Completeness" if check == CITY else "Twice There", "affected": affected, "looked_at": 10}
			frappe.get_doc({"doctype": QUALITY, "name": frappe.generate_hash(length=10), **row}).db_insert()

	@classmethod
	def tearDownClass(cls):
		frappe.db.rollback()
		super().tearDownClass()

	def tearDown(self):
		frappe.set_user("Administrator")

	def test_checks_of_a_store_with_the_list_behind_where_it_can_show_them(self):
		with as_user(make_user("Dealer Manager", [self.one])):
			city, phone = execute({})[1]
			self.assertEqual((3, 10, 30.0, {"city": ["is", "not set"], "disabled": 0}), tuple(city[name] for name in ("affected", "looked_at", "affected_percent", "behind")))
			self.assertEqual((1, None), (phone["affected"], phone["behind"]))
			self.assertEqual([1], [row["affected"] for row in execute({"kind": "Twice There"})[1]])
			self.assertEqual([], execute({"dealership": self.two})[1])
			self.assertEqual([(self.one, 4)], [(row["dealership"], row["affected"]) for row in execute({"view": "Store"})[1]])
			self.assertEqual([("2001-05", 40.0), ("2001-06", 20.0)], [(row["label"], row["affected_percent"]) for row in execute({"view": "Month"})[1]])

	def test_of_customers_who_are_alike_a_store_sees_its_own(self):
		mine, theirs = make_customer(store=self.one), make_customer(store=self.two)
		for customer in (mine, theirs):
			frappe.db.set_value("C4S Customer", customer.name, {"customer_name": "=质检丙", "city": "+1", "birthday": "1981-02-04"})
		with as_user(make_user("CRM Manager", [self.one])):
			found = execute({"view": "Same Name and Birthday"})[1]
			# Their words are no formulas in a spreadsheet.
			self.assertEqual([(mine.name, "'=质检丙", "'+1")], [(row["customer"], row["customer_name"], row["city"]) for row in found])
		with as_user(make_user("CRM Manager")):
			self.assertEqual([], execute({"view": "Same Name and Birthday"})[1])

	def test_a_consultant_may_not_run_it(self):
		with as_user(make_user("Sales Consultant", [self.one])), self.assertRaises(frappe.PermissionError):
			run("C4S Data Quality", {})

	def test_a_view_that_is_none_is_refused(self):
		self.assertRaises(frappe.ValidationError, execute, {"view": "name; drop table"})
