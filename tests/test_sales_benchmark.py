"""The short form of benchmarks/sales.py: 500 leads, so that what it asks can still be asked. How fast that is, the benchmark says."""

import frappe
from frappe.tests.utils import FrappeTestCase

from benchmarks import sales, sales_fill, sales_inside

ROWS, SAMPLES = 500, 2


class TestSalesBenchmark(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.addClassCleanup(frappe.db.rollback)
		cls.filled = sales_fill.fill(ROWS, commit=False)
		cls.result = {**sales_inside.measure(cls.filled, SAMPLES), **sales_inside.work(cls.filled, commit=False)}

	def leads(self, **filters) -> int:
		return frappe.db.count("C4S Lead", {"dealership": ["in", sales_fill.Size(ROWS).stores], **filters})

	def test_the_leads_are_as_the_app_would_have_them(self):
		self.assertEqual(ROWS, self.leads())
		self.assertEqual(0, self.leads(workflow_state=["is", "not set"]))
		self.assertEqual(0, self.leads(status="Open", next_action=["is", "not set"]))
		name = frappe.db.get_value("C4S Lead", {"external_key": "sales:1"})
		frappe.get_doc("C4S Lead", name).save()

	def test_each_question_is_answered_and_leaves_nothing(self):
		self.assertGreater(len(self.result["measured"]), 30)
		self.assertEqual(0, frappe.db.count("C4S Query Log", {"user": ["like", f"%@{sales_fill.DOMAIN}"]}))
		self.assertEqual(ROWS, self.leads())

	def test_the_page_names_every_question_and_job(self):
		text = sales.page({**self.result, "filled": self.filled})
		for row in (*self.result["measured"], *self.result["jobs"]):
			self.assertIn(row["what"], text)
