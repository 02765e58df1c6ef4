import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase
from freezegun import freeze_time

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.report.c4s_abc_analysis.c4s_abc_analysis import execute as abc_analysis
from crm4s.crm4s.report.c4s_lifetime_value.c4s_lifetime_value import execute as lifetime_value
from crm4s.crm4s.report.c4s_rfm_grid.c4s_rfm_grid import execute as rfm_grid
from crm4s.crm4s.report.c4s_value_matrix.c4s_value_matrix import VIEWS, execute as value_matrix
from crm4s.crm4s.report.value_scope import VALUE, VALUE_CHANGE, VALUE_MONTH
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
HIGH, HIGH_RISK, LOW, NONE = "High Value Stable", "High Value at Risk", "Low Value Stable", "No Value"
MAY, JUNE = "2001-05-01", "2001-06-01"
REPORTS = ("C4S Value Matrix", "C4S RFM Grid", "C4S ABC Analysis", "C4S Lifetime Value")


def rows_of(doctype: str, *rows: dict) -> None:
	for row in rows:
		frappe.get_doc({"doctype": doctype, "name": frappe.generate_hash(length=12), **row}).db_insert()


@freeze_time("2001-06-15")
class TestValueReports(FrappeTestCase):
	"""Values of 2001, a year in which nobody else has any, of two stores of a region and a customer who is known to both."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.root = make_dealership("VALUE-ROOT", node_kind="Group").name
		cls.region = make_dealership("VALUE-REGION", node_kind="Region", parent=cls.root).name
		cls.one, cls.two = (make_dealership(code, parent=cls.region).name for code in ("VALUE-1", "VALUE-2"))
		frappe.db.delete(VALUE)
		cls.customers()
		cls.months()

	@classmethod
	def tearDownClass(cls):
		frappe.db.rollback()
		super().tearDownClass()

	def tearDown(self):
		frappe.set_user("Administrator")

	@classmethod
	def customers(cls):
		best = {"customer": "V-BEST", "dealership": cls.one, "is_whole": 1, "value_class": HIGH, "abc_class": "A", "margin_after_cost": 900, "lifetime_value": 5200, "rfm_recency": 5, "rfm_frequency": 5}
		poor = {"customer": "V-POOR", "dealership": cls.two, "is_whole": 1, "value_class": NONE, "abc_class": "C", "margin_after_cost": -20, "lifetime_value": -5, "rfm_recency": 1, "rfm_frequency": 1}
		both = {"customer": "V-BOTH", "value_class": LOW, "abc_class": "B", "rfm_recency": 5, "rfm_frequency": 4}
		rows_of(
			VALUE,
			best,
			poor,
			{**both, "dealership": cls.one, "margin_after_cost": 60, "lifetime_value": 700},
			{**both, "dealership": cls.two, "margin_after_cost": 40, "lifetime_value": 600},
			{**both, "dealership": cls.root, "is_whole": 1, "margin_after_cost": 100, "lifetime_value": 1300},
		)

	@classmethod
	def months(cls):
		high = {"month": JUNE, "value_class": HIGH, "abc_class": "A", "lifecycle": "Maturity", "dealership": cls.one, "is_whole": 1, "customers": 1, "margin": 1000, "relationship_cost": 100, "lifetime_value": 5200}
		none = {"month": JUNE, "value_class": NONE, "abc_class": "C", "lifecycle": "Ended", "dealership": cls.two, "is_whole": 1, "customers": 1, "relationship_cost": 20, "lifetime_value": -5}
		both = {"month": JUNE, "value_class": LOW, "abc_class": "B", "lifecycle": "Growth", "customers": 1}
		rows_of(
			VALUE_MONTH,
			high,
			none,
			{**both, "dealership": cls.one, "margin": 60, "lifetime_value": 700},
			{**both, "dealership": cls.two, "margin": 40, "lifetime_value": 600},
			{**both, "dealership": cls.root, "is_whole": 1, "margin": 100, "lifetime_value": 1300},
			{**high, "month": MAY, "value_class": HIGH_RISK, "lifetime_value": 4000},
		)
		changed = {"dealership": cls.one, "is_whole": 1, "month": JUNE}
		rows_of(
			VALUE_CHANGE,
			{**changed, "customer": "V-BEST", "changed_on": "2001-06-02", "class_before": HIGH_RISK, "class_after": LOW},
			{**changed, "customer": "V-BEST", "changed_on": "2001-06-09", "class_before": LOW, "class_after": HIGH},
			{**changed, "customer": "V-POOR", "dealership": cls.two, "changed_on": "2001-06-09", "class_after": NONE},
		)

	def test_the_group_counts_each_customer_once(self):
		high, low, none = value_matrix({})[1]
		self.assertEqual([(1, 0, 5200.0), (1, 0, 1300.0), (0, 1, -5.0)], [(row["stable"], row["no_value"], row["lifetime_value"]) for row in (high, low, none)])
		self.assertEqual([3, 1, 0, 1, 6495.0], [figure["value"] for figure in value_matrix({})[4]])

	def test_every_view_of_the_matrix_counts_the_same_customers(self):
		for view in [view for view in VIEWS if view not in ("Store", "Month", "Migration")]:
			self.assertEqual(3, sum(row["customers"] for row in value_matrix({"view": view})[1]), view)
		self.assertEqual({self.one: 2, self.two: 2}, {row["key"]: row["customers"] for row in value_matrix({"view": "Store"})[1]})
		self.assertEqual([("2001-05", 1), ("2001-06", 3)], [(row["label"], row["customers"]) for row in value_matrix({"view": "Month"})[1]])

	def test_an_earlier_month_is_told_as_it_was(self):
		self.assertEqual(1, value_matrix({"to_date": "2001-05-20"})[1][0]["at_risk"])
		self.assertIsNone(value_matrix({"to_date": "2001-05-20"})[1][0]["behind"])
		self.assertEqual([], value_matrix({"to_date": "2001-04-20"})[1])

	def test_migration_goes_from_the_first_class_to_the_last(self):
		rows = {row["key"]: row for row in value_matrix({"view": "Migration", "from_date": "2001-05-10"})[1]}
		self.assertEqual((1, 0), (rows[HIGH_RISK][HIGH], rows[HIGH_RISK][LOW]))
		self.assertEqual((1, 1), (rows[""][NONE], rows[LOW][LOW]))
		self.assertRaises(frappe.ValidationError, value_matrix, {"view": "Migration", "from_date": "2001-06-10"})

	def test_migration_of_a_model_counts_its_moves_only(self):
		rows = value_matrix({"view": "Migration", "from_date": "2001-05-10", "model": "V-NONE"})[1]
		self.assertEqual(0, sum(row["total"] for row in rows))

	def test_before_the_first_computation_nobody_was_known(self):
		rows = {row["key"]: row for row in value_matrix({"view": "Migration", "from_date": "2001-04-10"})[1]}
		self.assertEqual((1, 0), (rows[""][LOW], rows[LOW][LOW]))

	def test_of_two_groups_each_counts_its_own(self):
		other = make_dealership("VALUE-OTHER", node_kind="Group").name
		alone = make_dealership("VALUE-ALONE").name
		rows_of(VALUE, *({"customer": "V-ELSE", "dealership": store, "is_whole": 1, "rfm_recency": 5, "rfm_frequency": 5} for store in (other, alone)))
		self.addCleanup(frappe.db.delete, VALUE, {"customer": "V-ELSE"})
		counted = lambda **filters: sum(row["total"] for row in rfm_grid(filters)[1])
		with as_user(make_user("Group Manager", [self.root])):
			self.assertEqual((3, 3, 0), (counted(), counted(dealership=self.root), counted(dealership=other)))
		with as_user(make_user("Group Manager", [self.root, alone])):
			self.assertEqual(4, counted())
		self.assertEqual((5, 1), (counted(), counted(dealership=other)))

	def test_a_store_counts_its_own_rows(self):
		with as_user(make_user("Dealer Manager", [self.two])):
			self.assertEqual([(0, 0), (1, 600.0), (1, -5.0)], [(row["customers"], row["lifetime_value"]) for row in value_matrix({})[1]])
			self.assertEqual([], [row for row in value_matrix({"dealership": self.one})[1] if row["customers"]])
			self.assertEqual([(5, 1), (1, 1)], [(row["key"], row["total"]) for row in rfm_grid({})[1] if row["total"]])
			self.assertEqual([("B", 40.0), ("C", -20.0)], [(row["key"], row["margin_after_cost"]) for row in abc_analysis({})[1] if row["customers"]])
			self.assertEqual([1, 1], [row["customers"] for row in lifetime_value({})[1] if row["customers"]])
			self.assertEqual([self.two], [row["key"] for row in lifetime_value({"view": "Store"})[1]])
			self.assertEqual(([], []), (rfm_grid({"dealership": self.one})[1], lifetime_value({"view": "Drivers by Store", "dealership": self.one})[1]))
		with as_user(make_user("Dealer Manager")):
			self.assertEqual(0, sum(row["customers"] for row in value_matrix({})[1]))
			self.assertEqual([], rfm_grid({})[1])

	def test_a_region_counts_the_rows_of_its_stores_and_the_root_those_of_the_group(self):
		self.assertEqual(4, sum(row["customers"] for row in value_matrix({"dealership": self.region})[1]))
		self.assertEqual(3, sum(row["customers"] for row in value_matrix({"dealership": self.root})[1]))

	def test_the_grid_shows_how_recently_and_how_often(self):
		top, *_rest, bottom = rfm_grid({})[1]
		self.assertEqual((1, 1, 2), (top["f_5"], top["f_4"], top["total"]))
		self.assertEqual((1, 1), (bottom["f_1"], bottom["total"]))
		self.assertEqual({"is_whole": 1, "rfm_recency": 5}, top["behind"])
		self.assertEqual((900.0, 1000.0), tuple(rfm_grid({"view": "Margin After Relationship Cost"})[1][0][name] for name in ("f_5", "total")))
		self.assertEqual(1, sum(row["total"] for row in rfm_grid({"value_class": NONE})[1]))

	def test_class_a_is_few_and_brings_most(self):
		best, next_best, rest = abc_analysis({})[1]
		self.assertEqual((1, 33.3, 900.0, 90.0), tuple(best[name] for name in ("customers", "customers_percent", "margin_after_cost", "margin_percent")))
		self.assertEqual((100.0, -20.0, 0.0), (next_best["margin_after_cost"], rest["margin_after_cost"], rest["margin_percent"]))
		curve = abc_analysis({})[3]["data"]["datasets"][0]["values"]
		# The best third brings 90 of 100, so the best 35 % half a percent more.
		self.assertEqual((0.1, 90.5, 100.0), (curve[0] or 0.1, curve[7], curve[20]))
		self.assertEqual({self.one: 1, self.two: 0}, {row["key"]: row["class_a"] for row in abc_analysis({"view": "Store"})[1]})

	def test_losses_take_nothing_from_the_share_of_a_class(self):
		month = {"month": "2001-03-01", "dealership": self.one, "is_whole": 1, "customers": 1}
		amounts = {"A": (80, 80), "B": (15, 15), "C": (-45, 5)}
		rows_of(VALUE_MONTH, *({**month, "abc_class": name, "margin": net, "positive_margin": kept} for name, (net, kept) in amounts.items()))
		self.addCleanup(frappe.db.delete, VALUE_MONTH, {"month": "2001-03-01"})
		self.assertEqual([80.0, 15.0, 5.0], [row["margin_percent"] for row in abc_analysis({"to_date": "2001-03-20"})[1]])
		self.assertNotIn("by all customers of the group", abc_analysis({"to_date": "2001-03-20"})[2])
		self.assertIn("by all customers of the group", abc_analysis({"to_date": "2001-03-20", "dealership": self.one})[2])

	def test_the_summary_is_of_the_class_that_was_chosen(self):
		self.assertEqual([1, 1300.0], [figure["value"] for figure in lifetime_value({"value_class": LOW})[4]][:2])

	def test_lifetime_value_in_bands_and_together(self):
		rows = lifetime_value({})[1]
		self.assertEqual([(1, -5.0), (1, 1300.0), (1, 5200.0)], [(row["customers"], row["lifetime_value"]) for row in rows if row["customers"]])
		self.assertEqual((None, 0), tuple(rows[0][name] for name in ("low", "high")))
		self.assertEqual({self.one: 5900.0, self.two: 595.0}, {row["key"]: row["lifetime_value"] for row in lifetime_value({"view": "Store"})[1]})
		self.assertEqual([4000.0, 6495.0], [row["lifetime_value"] for row in lifetime_value({"view": "Month"})[1]])
		self.assertEqual(["2001-05", "2001-06"], [row["label"] for row in lifetime_value({"view": "Month"})[1]])

	def test_an_advisor_may_run_none_of_them(self):
		with as_user(make_user("Service Advisor", [self.one])):
			for name in REPORTS:
				self.assertRaises(frappe.PermissionError, run, name, {})

	def test_a_view_that_is_none_is_refused(self):
		for execute in (value_matrix, rfm_grid, abc_analysis, lifetime_value):
			self.assertRaises(frappe.ValidationError, execute, {"view": "name; drop table"})
