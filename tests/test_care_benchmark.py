"""The short form of benchmarks/care.py: 300 cars, so that what it runs can still be run. How fast that is, the benchmark says."""

import frappe
from frappe.tests.utils import FrappeTestCase

from benchmarks import care, care_fill, care_inside

ROWS = 300


class TestCareBenchmark(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.addClassCleanup(frappe.db.rollback)
		cls.filled = care_fill.fill(ROWS, commit=False)
		cls.result = {**care_inside.run(cls.filled, commit=False), "filled": cls.filled}

	def test_nothing_is_made_twice_and_the_first_day_makes_most(self):
		first, again, after = (row["created"] for row in self.result["made"])
		self.assertEqual((0, 0), (self.result["twice"], again))
		self.assertTrue(first > after)

	def test_the_customers_and_cars_are_as_the_app_would_have_them(self):
		car = frappe.get_all("C4S Vehicle", {"external_key": "care:5"}, pluck="name")[0]
		frappe.get_doc("C4S Vehicle", car).save()
		self.assertTrue(frappe.db.get_value("C4S Vehicle", car, "current_owner"))

	def test_the_page_names_every_figure(self):
		text = care.page(self.result)
		self.assertIn("0 due things were made twice.", text)
		self.assertIn("Service Due", text)
