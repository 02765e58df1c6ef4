"""The short form of benchmarks/group.py, so that what it runs can still be run. How fast that is, the benchmark says."""

from pathlib import Path
from tempfile import TemporaryDirectory

import frappe
from frappe.tests.utils import FrappeTestCase

from benchmarks import group, group_files, group_fill, group_inside

VISITS, OF_THE_GROUP = 2_000, 12_000


class TestGroupBenchmark(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		cls.addClassCleanup(frappe.db.rollback)
		temporary = TemporaryDirectory()
		cls.addClassCleanup(temporary.cleanup)
		folder = str(Path(temporary.name) / "group-files")
		group_fill.fill(VISITS)
		made = group_files.make(folder, OF_THE_GROUP)
		cls.result = {**group_inside.export(folder), "asked": [{**made, **group_inside.ask(made["folder"])}], "rows": VISITS}

	def test_a_night_without_changes_writes_no_file(self):
		self.assertEqual(0, self.result["again"])

	def test_the_page_names_every_question(self):
		text = group.page(self.result)
		for question in ("visits and revenue by month, ten years", "stores side by side, a year", "sums of all customers"):
			self.assertIn(question, text)
