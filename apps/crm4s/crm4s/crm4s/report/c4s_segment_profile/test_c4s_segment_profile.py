import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_segment.test_c4s_segment import make_segment
from crm4s.crm4s.report.c4s_segment_profile.c4s_segment_profile import VIEWS, execute
from crm4s.crm4s.report.value_scope import VALUE
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


class TestSegmentProfile(FrappeTestCase):
	"""Two of three customers of a region's stores are in the segment; a fourth belongs to a store outside."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		region = make_dealership("PROFILE-REGION", node_kind="Region").name
		cls.one, cls.two = (make_dealership(code, parent=region).name for code in ("PROFILE-1", "PROFILE-2"))
		cls.outside = make_dealership("PROFILE-3").name
		cls.mine, cls.near, cls.rest, _far = (cls.customer(store, spent) for store, spent in ((cls.one, 3000), (cls.two, 5000), (cls.one, 1000), (cls.outside, 9000)))
		cls.segment = make_segment(dealership=region, kind="List").name
		for customer in (cls.mine, cls.near):
			frappe.get_doc({"doctype": "C4S Segment Member", "name": frappe.generate_hash(length=10), "segment": cls.segment, "customer": customer}).db_insert()

	@classmethod
	def tearDownClass(cls):
		frappe.db.rollback()
		super().tearDownClass()

	def tearDown(self):
		frappe.set_user("Administrator")

	@classmethod
	def customer(cls, store: str, spent: int) -> str:
		name = make_customer(store=store).name
		frappe.db.set_value("C4S Customer", name, {"total_spent": spent, "sex": "Male" if spent > 1000 else "Female", "birthday": "1980-05-01"})
		worth = {"customer": name, "dealership": store, "is_whole": 1, "lifetime_value": spent * 2, "main_model": "PROFILE-MODEL"}
		frappe.get_doc({"doctype": VALUE, "name": frappe.generate_hash(length=10), **worth}).db_insert()
		return name

	def rows(self, view: str) -> dict[str, dict]:
		return {row["key"]: row for row in execute({"segment": self.segment, "view": view})[1]}

	def test_means_of_the_segment_and_of_the_others_of_its_stores(self):
		spent = self.rows("Overview")["total_spent"]
		self.assertEqual((4000.0, 1000.0, 400, ""), tuple(spent[name] for name in ("segment_mean", "others_mean", "index", "clear")))
		self.assertEqual(8000.0, self.rows("Overview")["lifetime_value"]["segment_mean"])

	def test_shares_by_what_is_known_of_customers(self):
		sexes = self.rows("Sex")
		self.assertEqual((2, 0, 100.0), tuple(sexes["Male"][name] for name in ("segment", "others", "segment_percent")))
		self.assertEqual([("1000–4999", 1, 1), ("5000–9999", 1, 0)], [(key, row["segment"], row["others"]) for key, row in self.rows("Spending").items()])
		self.assertEqual(["PROFILE-MODEL"], list(self.rows("Model")))

	def test_every_view_counts_the_same_customers(self):
		for view in VIEWS[1:]:
			self.assertEqual((2, 1), tuple(sum(row[name] for row in self.rows(view).values()) for name in ("segment", "others")), view)

	def test_a_store_s_user_compares_the_own_customers_only(self):
		with as_user(make_user("CRM Manager", [self.one])):
			self.assertEqual((3000.0, 1000.0), tuple(self.rows("Overview")["total_spent"][name] for name in ("segment_mean", "others_mean")))
		with as_user(make_user("CRM Manager", [self.outside])), self.assertRaises(frappe.PermissionError):
			self.rows("Overview")

	def test_without_a_segment_nothing_is_compared_and_an_advisor_may_not_run_it(self):
		self.assertEqual([], execute({})[1])
		with as_user(make_user("Service Advisor", [self.one])), self.assertRaises(frappe.PermissionError):
			run("C4S Segment Profile", {})
