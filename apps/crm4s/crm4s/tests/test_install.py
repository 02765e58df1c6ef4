"""What installation and each migration prepare."""

import json
from pathlib import Path

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.translate import get_translated_doctypes

from crm4s.install import SERIES, begin_counters, read_states_in_words


class Counters(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_each_counter_stands_before_the_first_document_and_goes_on_where_it_is(self):
		frappe.db.sql("delete from `tabSeries` where name = 'LD-'")
		frappe.db.sql("insert into `tabSeries` (name, current) values ('CU-', 7) on duplicate key update current = 7")
		begin_counters()
		counters = dict(frappe.db.sql("select name, current from `tabSeries` where name in %s", (SERIES,)))
		self.assertEqual(set(SERIES), set(counters))
		self.assertEqual((0, 7), (counters["LD-"], counters["CU-"]))

	def test_every_document_with_a_running_number_has_its_counter(self):
		rules = frappe.get_all("DocType", {"module": "CRM4S", "autoname": ["like", "%.#%"]}, pluck="autoname")
		self.assertEqual(set(), {rule.split(".#")[0] for rule in rules} - set(SERIES))


class Words(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_states_are_read_in_words_and_asked_for_once(self):
		read_states_in_words()
		self.assertIn("Workflow State", get_translated_doctypes())
		self.assertEqual(1, frappe.db.count("Property Setter", {"doc_type": "Workflow State", "property": "translated_doctype"}))


class Key(FrappeTestCase):
	def test_the_key_of_stored_passwords_is_drawn_before_a_second_host_copies_the_configuration(self):
		config = json.loads(Path(frappe.get_site_path("site_config.json")).read_text())
		self.assertTrue(config.get("encryption_key"))
