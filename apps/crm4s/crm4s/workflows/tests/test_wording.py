import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.page.c4s_process_standards import c4s_process_standards as page
from crm4s.exceptions import OpenItemsError
from crm4s.tests.people import as_user
from crm4s.workflows import actions, touchpoints
from crm4s.workflows.difference import difference
from crm4s.workflows.standards import shipped
from crm4s.workflows.tests.test_states import LEAD, ProcessTestCase
from crm4s.workflows.wording import FILE, in_own_language

test_ignore = ["User"]
TOUCHPOINT = "C4S Touchpoint"
SHIPPED, ENGLISH = "已问清用途、预算和购车时间", "Use, budget and time of purchase established"
OWN = "已带资料上门"


@contextmanager
def language(lang: str):
	before, frappe.local.lang = frappe.local.lang, lang
	try:
		yield
	finally:
		frappe.local.lang = before


def chinese_texts(value) -> Iterator[str]:
	"""In a document of our data, with its tables."""
	if isinstance(value, str):
		if re.search(r"[\u4e00-\u9fff]", value):
			yield value
	elif isinstance(value, dict | list):
		for part in value.values() if isinstance(value, dict) else value:
			yield from chinese_texts(part)


class TestWordings(FrappeTestCase):
	@classmethod
	def setUpClass(cls):
		super().setUpClass()
		# Manufacturers keep their own names.
		cls.shipped = {text for values in shipped() if values["doctype"] != "C4S Brand" for text in chinese_texts(values)}
		with FILE.open(encoding="utf-8", newline="") as rows:
			cls.rows = [(row["shipped"], row["english"]) for row in csv.DictReader(rows)]

	def test_every_text_that_we_ship_has_its_english_wording(self):
		self.assertEqual(set(), self.shipped - {text for text, _english in self.rows})

	def test_no_wording_is_of_a_text_that_we_no_longer_ship(self):
		self.assertEqual(set(), {text for text, _english in self.rows} - self.shipped)

	def test_no_text_has_two_wordings_and_no_two_texts_have_the_same(self):
		# Else two texts that differ would look alike on the page Process Standards.
		for column in zip(*self.rows, strict=True):
			self.assertEqual(len(column), len(set(column)))

	def test_no_wording_is_empty_or_left_in_chinese(self):
		for text, english in self.rows:
			self.assertRegex(english, r"^[A-Z][ -~\n]+$", text)


class TestInOwnLanguage(FrappeTestCase):
	def test_only_who_works_in_chinese_reads_our_texts_in_chinese(self):
		for lang, read in (("en", ENGLISH), ("en-GB", ENGLISH), ("de", ENGLISH), ("zh", SHIPPED), ("zh-TW", SHIPPED)):
			with self.subTest(lang), language(lang):
				self.assertEqual(read, in_own_language(SHIPPED))

	def test_what_an_admin_wrote_is_left_as_it_is(self):
		for text in (OWN, f"{SHIPPED}。", "", None):
			with language("en"):
				self.assertEqual(text, in_own_language(text))

	def test_the_page_process_standards_names_ours_in_the_user_s_language(self):
		for lang, title in (("en", "PDI: Electric"), ("zh", "PDI 纯电")):
			with self.subTest(lang), language(lang):
				self.assertIn(title, [row["title"] for row in page.get_standards()])

	def test_the_difference_to_ours_is_told_in_the_user_s_language(self):
		ours, here = {"items": [{"item": SHIPPED}]}, {"items": [{"item": OWN}]}
		for lang, read in (("en", ENGLISH), ("zh", SHIPPED)):
			with self.subTest(lang), language(lang):
				(row,) = difference(TOUCHPOINT, here, ours)
				self.assertTrue(row["ours"].endswith(read), row)
				self.assertTrue(row["here"].endswith(OWN), row)


class TestAtADocument(ProcessTestCase):
	def setUp(self):
		super().setUp()
		touchpoint = frappe.get_doc(TOUCHPOINT, "Lead: Needs")
		touchpoint.append("items", {"item": OWN, "mandatory": 1})
		touchpoint.best_practice = "本店做法"
		touchpoint.save()
		self.addCleanup(frappe.clear_document_cache, TOUCHPOINT, touchpoint.name)
		self.needs = self.act(self.lead(), "Explore Needs")

	def test_the_panel_reads_in_the_user_s_language_and_the_admin_s_texts_as_written(self):
		for lang, item, expectation in (
			("en", ENGLISH, "Listen first and understand why I am buying before you recommend anything."),
			("zh", SHIPPED, "先听我说，弄明白我为什么买车，再给我推荐。"),
		):
			with self.subTest(lang), language(lang), as_user(self.consultant):
				panel = actions.get_panel(LEAD, self.needs.name)
				self.assertEqual((expectation, "本店做法"), (panel["expectation"], panel["best_practice"]))
				self.assertLessEqual({item, OWN}, {row["item"] for row in panel["items"]})

	def test_the_refusal_names_the_open_items_in_the_user_s_language(self):
		for lang, item in (("en", ENGLISH), ("zh", SHIPPED)):
			with self.subTest(lang), language(lang), self.assertRaisesRegex(OpenItemsError, f"<li>{item}</li><li>{OWN}</li>"):
				self.act(self.needs, "Quote")

	def test_a_tick_keeps_the_text_that_the_checklist_has(self):
		item = next(row["name"] for row in touchpoints.panel(self.needs)["items"] if row["item"] == ENGLISH)
		touchpoints.set_tick(self.needs, item, True)
		self.assertEqual([SHIPPED], frappe.get_all("C4S Touchpoint Tick", {"document_name": self.needs.name}, pluck="item_text"))
