from datetime import date

import frappe
from frappe.desk.query_report import run
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_benchmark_item.test_c4s_benchmark_item import make_item
from crm4s.crm4s.doctype.c4s_competitor_figure.test_c4s_competitor_figure import make_figure
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.report.c4s_competitor_benchmark.c4s_competitor_benchmark import VIEWS, execute
from crm4s.rivals.own_figures import OWN_FIGURES
from crm4s.tests.masters import made_or_changed
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_reports import row

test_ignore = ["User"]
YEAR = {"from_date": "2001-01-01", "to_date": "2001-06-10"}


class TestCompetitorBenchmark(FrappeTestCase):
	"""Two workshops around one store, and one around another, of 2001."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.one, cls.two = make_dealership("BENCHMARK-1").name, make_dealership("BENCHMARK-2").name
		cls.bill = make_item("试验客单价", own_figure="Average Ticket").name
		cls.stay = make_item("试验在厂时间", aspect="Time", unit="Minutes", own_figure="Minutes in the Workshop").name
		cls.wash = make_item("试验洗车价", own_figure="").name
		for name in ("试验快修", "试验汽修"):
			made_or_changed("C4S Competitor", name, {"doctype": "C4S Competitor", "competitor_name": name, "competitor_kind": "Independent Workshop"}, {})
		for store, competitor, what, value, more in (
			(cls.one, "试验快修", cls.bill, 500, {}),
			(cls.one, "试验快修", cls.bill, 900, {"observed_on": "2001-01-05"}),
			(cls.one, "试验汽修", cls.bill, 700, {}),
			(cls.one, "试验快修", cls.stay, 30, {}),
			(cls.one, "试验快修", cls.wash, 40, {"own_value": 50}),
			(cls.two, "试验快修", cls.bill, 200, {}),
		):
			make_figure(dealership=store, competitor=competitor, item=what, value=value, **{"observed_on": "2001-06-05", **more})
		for day, amount, until, count in (("2001-06-01", 400, "09:00", 3), ("2001-06-02", 800, "10:00", 3), ("2001-05-27", 9999, "12:00", 1)):
			for _number in range(count):
				cls.visit(total_amount=amount, arrived_on=f"{day} 08:00:00", settled_on=f"{day} {until}:00")

	@classmethod
	def visit(cls, **values) -> None:
		row("C4S Service Visit", dealership=cls.one, status="Settled", visit_kind="Workshop", **values)

	@classmethod
	def tearDownClass(cls):
		frappe.db.rollback()
		super().tearDownClass()

	def tearDown(self):
		frappe.set_user("Administrator")

	def rows(self, **filters) -> dict[str, dict]:
		return {row.get("item") or row["competitor"]: row for row in execute({**YEAR, "dealership": self.one, **filters})[1]}

	def test_ours_from_our_own_data_beside_the_newest_of_each_competitor(self):
		found = self.rows()
		measured = lambda what: tuple(found[what][name] for name in ("ours", "median", "best", "difference", "place_shown", "figures"))
		self.assertEqual((600.0, 600.0, 500.0, 0.0, "2 of 3", 2), measured(self.bill))
		# The median of 60 and 120 minutes; what was longer than two weeks ago counts no more.
		self.assertEqual((90.0, 30.0, 30.0, 200.0, "2 of 2", 1), measured(self.stay))
		self.assertEqual((50.0, 40.0, 40.0, 25.0, "2 of 2", 1), measured(self.wash))
		self.assertEqual(-1, found[self.stay]["tone"])

	def test_a_short_time_does_not_lay_one_bill_bare(self):
		self.assertEqual(600.0, self.rows(from_date="2001-06-02")[self.bill]["ours"])
		frappe.db.savepoint("before_few")
		frappe.db.set_value("C4S Service Visit", {"dealership": self.one, "total_amount": 800}, "status", "Cancelled")
		found = self.rows()
		self.assertEqual((None, None), (found[self.bill]["ours"], found[self.stay]["ours"]))
		frappe.db.rollback(save_point="before_few")

	def test_every_view_and_dimension_counts_the_same_figures(self):
		for view in VIEWS:
			with self.subTest(view):
				rows = execute({**YEAR, "dealership": self.one, "view": view})[1]
				self.assertEqual(4, sum(row.get("figures", 1) for row in rows))
		self.assertEqual([self.stay], list(self.rows(aspect="Time")))
		rivals = self.rows(view="Competitor")
		# 600 against 500, 90 minutes against 30 and 50 against 40; 600 against 700.
		self.assertEqual([(0, 3), (1, 0)], [(rivals[name]["we_lead"], rivals[name]["they_lead"]) for name in ("试验快修", "试验汽修")])

	def test_a_store_reads_what_was_found_around_it(self):
		with as_user(make_user("Market Researcher", [self.two])):
			found = {row["item"]: row for row in execute(YEAR)[1]}
		self.assertEqual({self.bill}, set(found))
		self.assertEqual((None, 200.0), (found[self.bill]["ours"], found[self.bill]["median"]))

	def test_a_consultant_may_not_run_it(self):
		with as_user(make_user("Sales Consultant", [self.one])), self.assertRaises(frappe.PermissionError):
			run("C4S Competitor Benchmark", {})

	def test_every_own_figure_that_an_item_may_take_is_known(self):
		options = frappe.get_meta("C4S Benchmark Item").get_field("own_figure").options.split("\n")
		self.assertEqual(["", *OWN_FIGURES], options)
		filters = frappe._dict(from_date=date(2001, 1, 1), to_date=date(2001, 6, 10), dealership=self.one)
		for name, read in OWN_FIGURES.items():
			self.assertIsInstance(read(filters, {"", "T-MODEL"}), dict, name)
