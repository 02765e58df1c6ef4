"""The short form of benchmarks/voice.py: 200 customers, so that what it runs can still be run. How fast that is, the benchmark says."""

import frappe
from frappe.tests.utils import FrappeTestCase

from benchmarks import voice, voice_fill, voice_inside

CUSTOMERS = 500


class TestVoiceBenchmark(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.addClassCleanup(frappe.db.rollback)
		cls.filled = voice_fill.fill(CUSTOMERS, commit=False)
		cls.result = {**voice_inside.run(cls.filled, commit=False, samples=1), "filled": cls.filled}

	def test_every_visit_is_invited_for_once(self):
		self.assertEqual((10, 0), (self.result["jobs"][0]["rows"], self.result["twice"]))

	def test_the_responses_are_as_the_reports_read_them(self):
		from crm4s.crm4s.report.c4s_satisfaction_index.c4s_satisfaction_index import execute

		self.assertEqual(50, sum(row["answers"] for row in execute({"view": "Store", "survey": self.filled["survey"]})[1] if row["key"] in voice_fill.STORES))

	def test_the_page_names_every_figure(self):
		text = voice.page(self.result)
		self.assertIn("0 invitations were made twice", text)
		self.assertIn("who is on the line", text)
