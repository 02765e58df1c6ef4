import unittest

from crm4s.access.closed_fields import may_ask, texts_of, words_of


class TestTexts(unittest.TestCase):
	"""Requests themselves are sent in crm4s/tests/end_to_end/test_closed_fields.py."""

	def test_texts_within_json_are_found(self):
		self.assertIn("value_class", list(texts_of({"doc": '{"filters_json": "[[\\"value\\\\u005fclass\\", 1, null]]"}'})))
		self.assertIn("no [json", list(texts_of(["no [json", 5, None])))

	def test_names_are_read_as_the_database_reads_them(self):
		for written in ("`tabC4S Customer`.`Value_Class`", "ifnull(VALUE_CLASS, '')", "ｖalue_class desc", "vålue_class"):
			self.assertIn("value_class", words_of(written), written)

	def test_what_writes_a_document_gives_no_list(self):
		self.assertTrue(may_ask("GET", "/api/resource/C4S Customer", None))
		self.assertTrue(may_ask("GET", "/api/v2/document/C4S Customer", None))
		self.assertTrue(may_ask("POST", "/api/method/frappe.desk.reportview.get", None))
		self.assertTrue(may_ask("PUT", "/api/resource/C4S Customer/1", "frappe.client.get_list"))
		self.assertFalse(may_ask("PUT", "/api/resource/C4S Customer/1", None))
		self.assertFalse(may_ask("POST", "/api/method/frappe.desk.form.save.savedocs", None))
		self.assertFalse(may_ask("POST", "/", "crm4s.access.own_store.search"))
