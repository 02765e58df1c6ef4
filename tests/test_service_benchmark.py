"""The short form of benchmarks/service.py: 300 cars, so that what it asks can still be asked. How fast that is, the benchmark says."""

import frappe
from frappe.tests.utils import FrappeTestCase

from benchmarks import accuracy, service, service_fill, service_inside

ROWS = 300


class TestServiceBenchmark(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.addClassCleanup(frappe.db.rollback)
		cls.filled = service_fill.fill(ROWS, commit=False)
		cls.result = {**service_inside.forecast(cls.filled, commit=False), "filled": cls.filled}

	def test_the_cars_are_as_the_app_would_have_them(self):
		for number in (1, 2, 3):
			frappe.get_doc("C4S Vehicle", service_fill.name_of(self.filled["first"], number)).save()
		readings = frappe.get_all("C4S Odometer Reading", {"name": ["like", "sb%"]}, ["kilometres", "read_on"], limit=50)
		self.assertEqual(50, len(readings))
		frappe.get_doc("C4S Odometer Reading", frappe.get_all("C4S Odometer Reading", {"name": ["like", "sb%"], "is_reset": 0}, order_by="read_on desc", pluck="name")[0]).save()

	def test_many_cars_at_once_get_what_each_gets_by_itself(self):
		self.assertEqual((ROWS, []), (self.result["compared"], self.result["differ"]))

	def test_the_rule_tells_the_next_reading_better_than_the_last_two_do(self):
		rows = {(row["fleet"], row["rule"]): row["mean"] for row in accuracy.compare()}
		for fleet in ("demo group", "simulated"):
			self.assertLess(rows[fleet, "weighted median slope"], rows[fleet, "slope of the last two"])


class TestDesk(FrappeTestCase):
	"""Commits, as several connections have to see the store; takes away what it made."""

	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.desk = service_inside.desk(samples=1, visits=4)
		cls.crowd = service_inside.crowd(people=9, connections=3, bays=1)

	@classmethod
	def tearDownClass(cls):
		frappe.delete_doc("User", service_fill.ADVISOR, force=True)
		for store in service_fill.STORES:
			frappe.delete_doc("C4S Dealership", store, force=True)
		frappe.db.commit()
		super().tearDownClass()

	def test_the_board_shows_every_open_visit(self):
		self.assertEqual(4, self.desk["shown"])

	def test_everybody_hears_one_of_two_things(self):
		self.assertEqual((9, {}), (self.crowd["won"] + self.crowd["refused"], self.crowd["other"]))

	def test_the_page_names_every_figure(self):
		job = {"what": "forecast", "rows": 1, "seconds": 1.0, "processor": 1.0, "megabytes": 1.0, "target": None, "met": None}
		figures = {"jobs": [job], "readings": 1, "compared": 1, "differ": [], "accuracy": [], "filled": {"rows": 1, "seconds": 60}}
		text = service.page({**figures, **self.desk, "crowd": self.crowd})
		for row in self.desk["measured"]:
			self.assertIn(row["what"], text)
