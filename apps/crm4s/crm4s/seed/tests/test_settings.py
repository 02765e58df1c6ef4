import json

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.seed.settings import FIRST_VALUES, point_settings_at_standards, store_defaults
from crm4s.settings import SETTINGS
from crm4s.workflows.standards import shipped

FIELD = "walk_in_source"


class TestFirstSettings(FrappeTestCase):
	def value(self):
		return frappe.db.get_single_value(SETTINGS, FIELD, cache=False)

	def forget(self) -> None:
		row = frappe.qb.DocType("Singles")
		frappe.qb.from_(row).delete().where((row.doctype == SETTINGS) & (row.field == FIELD)).run()

	def test_what_the_settings_point_at_is_among_our_standards(self):
		named = {"C4S Source": "source_name", "C4S Message Template": "template_name", "C4S Complaint Severity": "severity"}
		names = {(values["doctype"], values[named[values["doctype"]]]) for values in shipped() if values["doctype"] in named}
		meta, first = frappe.get_meta(SETTINGS), json.loads(FIRST_VALUES.read_text())
		self.assertEqual(set(), {(meta.get_field(fieldname).options, target) for fieldname, target in first.items()} - names)

	def test_no_link_has_a_default_that_a_new_site_lacks(self):
		"""Frappe saves settings with their defaults before the app could install what they name."""
		links = frappe.get_meta(SETTINGS).get_link_fields()
		self.assertEqual([], [field.fieldname for field in links if field.default])

	def test_a_link_that_nobody_decided_on_is_filled_in(self):
		self.forget()
		point_settings_at_standards()
		self.assertEqual("Walk-in", self.value())

	def test_a_link_that_an_admin_emptied_stays_empty_unless_the_app_is_new(self):
		frappe.db.set_single_value(SETTINGS, FIELD, "")
		point_settings_at_standards()
		self.assertFalse(self.value())
		point_settings_at_standards(fresh=True)
		self.assertEqual("Walk-in", self.value())

	def test_a_setting_of_a_new_version_keeps_its_default_when_the_settings_are_saved(self):
		self.addCleanup(frappe.clear_document_cache, SETTINGS, SETTINGS)
		self.addCleanup(frappe.db.rollback)
		frappe.db.delete("Singles", {"doctype": SETTINGS, "field": "dispatch_km_price"})
		frappe.db.set_single_value(SETTINGS, "new_customer_days", 90)
		frappe.clear_document_cache(SETTINGS, SETTINGS)
		store_defaults()
		saved = frappe.get_doc(SETTINGS).save()
		self.assertEqual((5, 90), (saved.dispatch_km_price, saved.new_customer_days))
