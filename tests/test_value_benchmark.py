"""The short form of benchmarks/value.py: 60 customers, so that what it runs can still be run. How fast that is, the benchmark says."""

import tempfile
import unittest
from pathlib import Path
from xml.etree import ElementTree

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from benchmarks import plot, value, value_forecast, value_inside
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership

VISIT = "C4S Service Visit"


def make_visits(customers: int, store: str) -> int:
	"""As rows; how many."""
	count = 0
	for number in range(customers):
		customer = _row("C4S Customer", customer_name=f"VALUE {number}")
		for visit in range(1 + number % 6):
			day = add_days(nowdate(), -30 - 150 * visit - number)
			_row(VISIT, customer=customer, dealership=store, status="Settled", settled_on=f"{day} 10:00:00", customer_amount=500 + number, total_amount=500 + number, margin=200 + number)
			count += 1
	return count


def _row(doctype: str, **values) -> str:
	document = frappe.get_doc({"doctype": doctype, "name": frappe.generate_hash(length=10), **values})
	document.db_insert()
	return document.name


class TestValueBenchmark(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.addClassCleanup(frappe.db.rollback)
		visits = make_visits(60, make_dealership("VALUE-BENCH").name)
		cls.size = value_inside.run({"rows": 60, "visits": visits}, commit=False)
		cls.folder = Path(tempfile.mkdtemp())
		file = cls.folder / "300.npz"
		value_forecast.simulate(file, 300)
		ours = value_forecast.measure(file)
		forecast = {"customers": 300, "purchases": ours["purchases"], "ours": ours, "theirs": {"seconds": 2.0, "processor": 1.9, "sum": ours["sum"]}}
		golden = {"name": "sample", "customers": 2357, "parameters": ours["parameters"], "expected": 1e-6, "alive": 1e-8, "is_right": True}
		cls.result = {"sizes": [cls.size], "forecasts": [forecast, {**forecast, "purchases": 9000, "theirs": None}], "golden": [golden]}

	def test_three_nights_are_run_and_what_is_written_ties_to_the_documents(self):
		self.assertEqual(3, len(self.size["jobs"]))
		self.assertEqual([True], [check["is_right"] for check in self.size["checks"]])
		self.assertTrue(value.is_right(self.result))

	def test_the_page_names_every_figure(self):
		text = value.page(self.result)
		for part in ("the first night", "Cost against size", "no answer", "The CDNOW log", "µs a visit"):
			self.assertIn(part, text)

	def test_the_picture_has_a_line_for_each_series(self):
		found = ElementTree.fromstring(value.picture(self.result))
		self.assertEqual(3, len(found.findall("{*}polyline")))
		self.assertIn("forecasts by lifetimes", "".join(found.itertext()))


class TestPlot(unittest.TestCase):
	def test_ten_times_the_cost_at_ten_times_the_size_is_as_steep_as_the_dashed_line(self):
		found = ElementTree.fromstring(plot.chart({"job": [(10, 1), (1000, 100)]}, "size", "seconds", "linear"))
		first, last = (tuple(map(float, point.split(","))) for point in found.find("{*}polyline").get("points").split())
		dashed = next(line for line in found.findall("{*}line") if line.get("stroke-dasharray"))
		self.assertEqual((*first, *last), tuple(float(dashed.get(name)) for name in ("x1", "y1", "x2", "y2")))
