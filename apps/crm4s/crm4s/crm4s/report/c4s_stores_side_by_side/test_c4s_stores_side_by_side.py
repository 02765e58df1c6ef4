import shutil
from unittest.mock import patch

import frappe
from frappe.desk.query_report import run

from crm4s.crm4s.doctype.c4s_group_data_settings.test_c4s_group_data_settings import change_settings
from crm4s.crm4s.report.c4s_stores_side_by_side.c4s_stores_side_by_side import execute
from crm4s.group_data import comparing, figures
from crm4s.group_data.engines import DuckDB
from crm4s.group_data.tests.sites import SITE, GroupDataTestCase, export, new_folder
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]

SPAN = {"from_date": "2001-01-01", "to_date": "2002-12-31"}
VISIT = "C4S Service Visit"


class TestStoresSideBySide(GroupDataTestCase):
	"""Two sites that gave the same dealings under two names."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		# Written once; each test has a copy.
		cls.given = new_folder(cls.addClassCleanup)
		for site in (SITE, "west"):
			export(cls.given, site)

	def setUp(self):
		super().setUp()
		change_settings(fewest_customers=0)
		shutil.copytree(self.given.root, self.group.root, dirs_exist_ok=True)
		place = patch.object(comparing, "group_folder", lambda: self.group)
		place.start()
		self.addCleanup(place.stop)
		self.addCleanup(frappe.set_user, "Administrator")

	def rows(self, **filters) -> list[dict]:
		return execute({**SPAN, **filters})[1]

	def row(self, site: str, store: str, **filters) -> dict:
		return next(row for row in self.rows(**filters) if (row["site"], row["dealership"]) == (site, store))

	def test_each_store_of_each_site_has_a_row_with_what_its_site_counts(self):
		for site in (SITE, "west"):
			for store in self.stores:
				count, customers, amount, margin = frappe.db.sql(
					f"select count(*), count(distinct customer), sum(total_amount), sum(margin) from `tab{VISIT}` where status = 'Settled' and dealership = %s and settled_on >= '2001-01-01' and settled_on < '2003-01-01'",
					store,
				)[0]
				row = self.row(site, store)
				self.assertEqual((count, customers, round(float(amount), 2), round(float(margin), 2)), (row["visits"], row["visit_customers"], row["amount"], row["margin"]))
				self.assertEqual(round(float(amount) / count, 2), row["amount_per_visit"])

	def test_cars_count_as_come_back_within_the_chosen_months(self):
		engine = DuckDB(comparing.exports().found)
		self.addCleanup(engine.close)
		found = figures.came_back(engine, 3, 2000 * 12 + 9, 2002 * 12 + 8)
		expected = {(row.site, row.dealership): round(100 * row.back / row.cars, 1) for row in found.itertuples()}
		self.assertEqual(expected, {(row["site"], row["dealership"]): row["back_percent"] for row in self.rows(window="3")})

	def test_a_month_whose_time_is_not_over_counts_no_car(self):
		over, longer = (self.rows(from_date="2003-06-01", to_date=end) for end in ("2003-12-31", "2004-12-31"))
		self.assertEqual([row["cars"] for row in over], [row["cars"] for row in longer])
		self.assertTrue(any(row["cars"] for row in over))

	def test_figures_of_few_customers_are_not_told_and_count_in_no_sum(self):
		customers = self.row(SITE, self.stores[0])["visit_customers"]
		change_settings(fewest_customers=int(customers) + 100)
		_columns, rows, said, _chart, summary = execute(dict(SPAN))
		self.assertEqual({None}, {row[name] for row in rows for name in ("visits", "amount", "deals", "back_percent")})
		self.assertIn("rest on too few customers", said)
		self.assertEqual([0, 0], [figure["value"] for figure in summary if figure["label"] in ("Visits", "Settled Amount")])

	def test_a_new_export_is_seen_at_once(self):
		before = self.row("west", self.stores[0])["visits"]
		name = frappe.get_all(VISIT, {"status": "Settled", "dealership": self.stores[0], "settled_on": ["between", ["2001-01-01", "2002-12-31"]]}, pluck="name")[0]
		frappe.db.delete(VISIT, {"name": name})
		self.export(site="west")
		self.assertEqual((before, before - 1), (self.row(SITE, self.stores[0])["visits"], self.row("west", self.stores[0])["visits"]))

	def test_what_was_counted_is_not_counted_again(self):
		self.rows()
		with patch.object(comparing, "DuckDB", side_effect=AssertionError):
			self.rows()

	def test_files_of_a_site_that_cannot_be_read_are_named_and_the_others_shown(self):
		self.group.below("north").write("manifest.json", b"{}")
		self.group.below("south").write("manifest.json", self.group.below(SITE).read("manifest.json"))
		_columns, rows, said, *_rest = execute(dict(SPAN))
		self.assertIn("cannot be read: north, south.", said)
		self.assertEqual({SITE, "west"}, {row["site"] for row in rows})

	def test_before_the_first_export_it_says_what_to_do(self):
		with patch.object(comparing, "group_folder", lambda: self.group.below("nobody")):
			_columns, rows, said, chart, summary = execute(dict(SPAN))
		self.assertEqual(([], None, None), (rows, chart, summary))
		self.assertIn("No site has given its figures yet", said)

	def test_only_who_works_for_the_group_and_sees_all_stores_runs_it(self):
		with as_user(make_user("Group Manager")):
			self.assertTrue(run("C4S Stores Side by Side", dict(SPAN))["result"])
		with as_user(make_user("Group Manager", [self.stores[0]])), self.assertRaises(frappe.PermissionError):
			run("C4S Stores Side by Side", dict(SPAN))
		for role in ("Dealer Manager", "Data Analyst"):
			with as_user(make_user(role)), self.assertRaises(frappe.PermissionError):
				run("C4S Stores Side by Side", dict(SPAN))

	def test_another_window_and_a_bar_that_is_not_there_are_refused(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Came Back Within must be one of"):
			self.rows(window="5")
		with self.assertRaises(frappe.ValidationError):
			self.rows(view="Secrets")
