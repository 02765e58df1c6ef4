"""What is counted over the files is what the site counts of itself: to the cent, to the customer, to the car."""

import os
import shutil
import sys
import unittest
from importlib.util import find_spec

import frappe
import fsspec
import pandas as pd
from frappe.utils import add_days

from crm4s.crm4s.report.c4s_service_volume.c4s_service_volume import read_groups
from crm4s.customer_value import jobs, summary
from crm4s.group_data import figures
from crm4s.group_data.data_sets import PERSON
from crm4s.group_data.engines import DuckDB, Engine, Spark
from crm4s.group_data.folders import Folder
from crm4s.group_data.pseudonyms import Pseudonyms
from crm4s.group_data.source import month_of
from crm4s.group_data.tests.sites import AS_OF, SITE, GroupDataTestCase
from crm4s.reports.churn import cohorts
from crm4s.reports.returns import COUNTS, month_number
from crm4s.reports.service_nodes import retention
from crm4s.reports.service_volume import service_volume
from crm4s.returning.months import RETURN_MONTH, recompute
from crm4s.value.customers.dealings import FIGURES
from crm4s.value.customers.evaluate import evaluate


class FiguresTests:
	"""For each engine: `self.engine(exports)`."""

	def setUp(self):
		super().setUp()
		_written, self.manifest = self.export()
		self.figures_of = self.engine([(self.group.below(SITE), self.manifest)])

	def site_summary(self) -> pd.DataFrame:
		"""The site's own, customers by their pseudonyms and in their order."""
		rows = summary.read(AS_OF)
		return self.ordered(rows.assign(customer=Pseudonyms().of_all(PERSON, rows["customer"])))

	def ordered(self, rows: pd.DataFrame) -> pd.DataFrame:
		return rows.sort_values(["customer", "several", "dealership"], ignore_index=True)

	def test_visits_and_revenue_are_the_reports(self):
		span = {"from_date": pd.Timestamp("2001-01-01").date(), "to_date": add_days(AS_OF, -1)}
		for view, keys in (("Month", ["month"]), ("Store", ["dealership"]), ("Visit Kind", ["visit_kind"])):
			with self.subTest(view):
				site = read_groups(frappe._dict(span), [view])
				group = figures.volume(self.figures_of, keys, span["from_date"], span["to_date"])
				group = group.rename(columns={keys[0]: "key"})
				if view == "Month":
					group["key"] = figures.month_key(group["key"])
				amounts = [dict(zip(rows["key"], map(str, rows["amount"]))) for rows in (site.assign(amount=site["amount"].map(float)), group.assign(amount=group["amount"].map(float)))]
				self.assertEqual(*amounts)
				keyed = [rows.sort_values("key", ignore_index=True) for rows in (site, group)]
				pd.testing.assert_frame_equal(*(service_volume(rows, sorted(rows["key"])) for rows in keyed))

	def test_customers_of_all_stores_are_told_apart_once(self):
		site = read_groups(frappe._dict(from_date=pd.Timestamp("2001-01-01").date(), to_date=add_days(AS_OF, -1)), []).iloc[0]
		group = figures.volume(self.figures_of, last=add_days(AS_OF, -1)).iloc[0]
		self.assertEqual((site["visits"], site["customers"], float(site["amount"])), (group["visits"], group["customers"], float(group["amount"])))

	def test_the_summary_of_customers_is_the_sites(self):
		site = self.site_summary()
		for parts in (1, 16):
			group = self.ordered(figures.value_summary(self.figures_of, AS_OF, SITE, parts))
			self.assertGreater(group["several"].sum(), 10)
			pd.testing.assert_frame_equal(site[["customer", "dealership", "is_whole", "several", *FIGURES]], group[["customer", "dealership", "is_whole", "several", *FIGURES]], check_exact=True)

	def test_rfm_abc_and_classes_are_the_sites(self):
		of_site, of_group = (evaluate(rows, jobs.settings(), AS_OF).figures for rows in (self.site_summary(), self.ordered(figures.value_summary(self.figures_of, AS_OF, SITE))))
		exact = ["rfm_recency", "rfm_frequency", "rfm_monetary", "rfm_cell", "abc_class", "revenue", "margin_after_cost", "value_class", "lifecycle"]
		pd.testing.assert_frame_equal(of_site[exact], of_group[exact], check_exact=True)
		pd.testing.assert_series_equal(of_site["lifetime_value"], of_group["lifetime_value"], rtol=1e-9)

	def site_counts(self) -> pd.DataFrame:
		recompute()
		columns = ["dealership", "model", "month", "node", *COUNTS]
		frame = pd.DataFrame(list(frappe.get_all(RETURN_MONTH, fields=columns, limit_page_length=0, order_by=None, as_list=True)), columns=columns)
		return frame.assign(month=month_number(pd.to_datetime(frame["month"]).to_numpy("datetime64[D]")), dealership=SITE + " / " + frame["dealership"])

	def test_who_came_back_is_the_sites(self):
		keys = ["dealership", "model", "month", "node"]
		site, group = (rows.sort_values(keys, ignore_index=True)[[*keys, *COUNTS]] for rows in (self.site_counts(), figures.return_counts(self.figures_of)))
		self.assertGreater(group["back_12"].sum(), 50)
		pd.testing.assert_frame_equal(site, group, check_dtype=False)
		last = month_of(AS_OF) - 1
		pd.testing.assert_frame_equal(retention(site, 12, last), retention(group, 12, last))
		pd.testing.assert_frame_equal(cohorts(site, last), cohorts(group, last))

	def test_who_came_back_counted_where_the_files_are_is_the_same(self):
		first, last = month_of(pd.Timestamp("2001-02-01").date()), month_of(AS_OF) - 13
		counts = self.site_counts()
		expected = counts[counts["month"].between(first, last)].groupby("dealership")[["cars", "back_12"]].sum()
		expected = {key: tuple(row) for key, row in expected.iterrows() if row["cars"]}
		found = figures.came_back(self.figures_of, 12, first, last)
		self.assertEqual(expected, {f"{row.site} / {row.dealership}": (row.cars, row.back) for row in found.itertuples()})


class TestDuckDB(FiguresTests, GroupDataTestCase):
	def engine(self, exports) -> Engine:
		engine = DuckDB(exports)
		self.addCleanup(engine.close)
		return engine

	def test_files_of_a_store_are_read_as_those_of_a_folder(self):
		system = fsspec.filesystem("memory")
		self.addCleanup(system.rm, "/figures", recursive=True)
		store = Folder(system, "/figures")
		_written, manifest = self.export(store)
		engine = self.engine([(store.below(SITE), manifest)])
		of_store, of_folder = (figures.volume(each, ["month"]).sort_values("month", ignore_index=True) for each in (engine, self.figures_of))
		pd.testing.assert_frame_equal(of_folder, of_store)

	def test_of_no_export_everything_is_nothing(self):
		engine = self.engine([])
		self.assertEqual([0], figures.volume(engine)["visits"].tolist())
		self.assertTrue(figures.value_summary(engine, AS_OF, SITE).empty)
		self.assertTrue(figures.came_back(engine, 12, 24000, 24100).empty)


class TestSpark(FiguresTests, GroupDataTestCase):
	"""Where pyspark and Java are; both are no part of what the app needs, so elsewhere these tests are skipped."""

	@classmethod
	def setUpClass(cls):
		if not find_spec("pyspark") or not shutil.which("java"):
			raise unittest.SkipTest("pyspark or Java is not here")
		super().setUpClass()
		from pyspark.sql import SparkSession

		os.environ["PYSPARK_PYTHON"] = sys.executable
		settings = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "4", "spark.driver.bindAddress": "127.0.0.1", "spark.driver.host": "127.0.0.1"}
		builder = SparkSession.builder.master("local[2]")
		for key, value in settings.items():
			builder = builder.config(key, value)
		cls.session = builder.getOrCreate()
		cls.session.sparkContext.setLogLevel("ERROR")
		cls.addClassCleanup(cls.session.stop)

	def engine(self, exports) -> Engine:
		return Spark(self.session, exports)

	def test_of_no_export_everything_is_nothing(self):
		self.assertEqual([0], figures.volume(self.engine([]))["visits"].tolist())
