"""Everything that people read exists in Chinese, and nothing that they read carries the prefix of our names."""

import unittest
from collections import Counter

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.translate import clear_cache

from crm4s.english import install_english_names, prefixed_names
from crm4s.tests.strings import app_strings, framework_sources, placeholders, translations

# Words of the framework that only one of the versions says on which we run.
OF_ONE_VERSION = {
	"added rows for {0}",
	"removed rows for {0}",
	"{0} created this {1}",
	"{0} edited this {1}",
	"{0} filters",
	"{0} View",
	"{0} viewed this {1}",
	"You viewed this {0}",
	"Group By {0}",
	"Login With {0}",
	"My Workspaces",
	"Search or type a command (Ctrl + G)",
	"Last 7 Days",
	"Last 14 Days",
	"Last 6 Months",
	"Next Week",
	"Next Month",
	"Next Quarter",
	"Next 6 Months",
	"Next Year",
}


class TestChinese(unittest.TestCase):
	@classmethod
	def setUpClass(cls):
		cls.rows = translations("zh")
		cls.strings = app_strings()

	def test_every_string_of_the_app_has_its_chinese(self):
		known = {source for source, _translation, _context in self.rows}
		self.assertEqual({}, {text: place for text, place in self.strings.items() if text not in known})

	def test_no_entry_is_about_a_string_that_nobody_says(self):
		foreign = [row[0] for row in self.rows if row[0] not in self.strings and row[0] not in OF_ONE_VERSION]
		sources = framework_sources()
		self.assertEqual(
			[], [text for text in foreign if text not in sources and text.replace('"', '\\"') not in sources]
		)

	def test_no_string_is_translated_twice(self):
		keys = Counter((source, context) for source, _translation, context in self.rows)
		self.assertEqual([], [key for key, count in keys.items() if count > 1])

	def test_no_translation_is_empty_or_loses_a_placeholder(self):
		for source, translation, _context in self.rows:
			with self.subTest(source):
				self.assertTrue(translation.strip())
				self.assertEqual(placeholders(source), placeholders(translation))

	def test_no_translation_shows_the_prefix(self):
		self.assertEqual([], [row for row in self.rows if "C4S" in row[1]])


class TestWhatFrappeShows(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()
		# Frappe keeps translations beside the database.
		clear_cache()

	def test_our_chinese_wins_over_the_frameworks_where_that_is_wrong(self):
		# The framework says metres for minutes.
		self.assertEqual("{0}分钟", frappe._("{0} m", lang="zh"))
		self.assertEqual("分", frappe._("m", lang="zh", context="Minutes (Field: Duration)"))
		# ERPNext makes a Spanish letter of the grade of a lead.
		self.assertEqual("N", frappe._("N", lang="zh"))

	def test_a_document_type_reads_as_its_name_in_both_languages(self):
		self.assertEqual(("Service Visit", "服务工单"), tuple(frappe._("C4S Service Visit", lang=l) for l in ("en", "zh")))

	def test_no_name_of_ours_shows_its_prefix_in_english(self):
		self.assertEqual([], [name for name in prefixed_names() if frappe._(name, lang="en") != name.removeprefix("C4S ")])

	def test_english_names_are_installed_once(self):
		self.assertEqual(0, install_english_names())

	def test_a_name_that_an_admin_chose_stays(self):
		record = frappe.get_doc("Translation", {"language": "en", "source_text": "C4S Lead"})
		record.update({"translated_text": "Prospect"}).save()
		install_english_names()
		self.assertEqual("Prospect", frappe._("C4S Lead", lang="en"))
