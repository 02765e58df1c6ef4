"""The inventory holds every field that looks personal, names only fields that exist, and says the truth about what is closed."""

import re

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.privacy import inventory

LOOKS_PERSONAL = re.compile(r"(^|_)(phone|mobile|telephone|fax|email|wechat|wecom|identity_number|id_number|passport|licence_number|licence_photo|plate_number|address|latitude|longitude)(_|$)")
# What only speaks of such a field.
SPEAKS_OF_ONE = re.compile(r"^masked_|_template$|_section$|_column$")
NO_VALUES = ("Section Break", "Column Break", "Tab Break", "Table", "Check", "Link", "Button", "HTML")


def looks_personal(field) -> bool:
	if field.fieldtype in NO_VALUES or SPEAKS_OF_ONE.search(field.fieldname):
		return False
	return field.options in ("Phone", "Email") or field.fieldtype in ("Phone", "Geolocation") or bool(LOOKS_PERSONAL.search(field.fieldname))


def our_types() -> list:
	return [frappe.get_meta(name) for name in frappe.get_all("DocType", {"module": "CRM4S"}, pluck="name", order_by="name")]


class TestInventory(FrappeTestCase):
	def setUp(self):
		self.listed = {(field.doctype, field.fieldname): field for field in inventory.FIELDS}

	def test_every_field_that_looks_personal_is_listed_or_has_a_reason(self):
		looking = {(meta.name, field.fieldname) for meta in our_types() for field in meta.fields if looks_personal(field)}
		self.assertEqual([], sorted(looking - set(self.listed) - set(inventory.NOT_PERSONAL)))

	def test_a_field_is_listed_once_and_on_one_side(self):
		self.assertEqual(len(inventory.FIELDS), len(self.listed))
		self.assertEqual(set(), set(self.listed) & set(inventory.NOT_PERSONAL))

	def test_every_listed_field_and_its_mask_exist(self):
		for doctype, fieldname in (*self.listed, *inventory.NOT_PERSONAL):
			self.assertTrue(frappe.get_meta(doctype).has_field(fieldname), (doctype, fieldname))
		for field in inventory.FIELDS:
			if field.masked:
				self.assertTrue(frappe.get_meta(field.doctype).has_field(field.masked), field)

	def test_what_says_closed_has_a_permission_level_and_a_mask_has_none(self):
		for field in inventory.FIELDS:
			meta = frappe.get_meta(field.doctype)
			self.assertEqual(not field.open, bool(meta.get_field(field.fieldname).permlevel), field)
			if field.masked:
				self.assertFalse(meta.get_field(field.masked).permlevel, field)

	def test_tables_with_personal_rows_are_closed_in_every_document_that_holds_them(self):
		tables = {field.doctype for field in inventory.FIELDS if frappe.get_meta(field.doctype).istable}
		for meta in our_types():
			for table in meta.get_table_fields():
				if table.options in tables:
					self.assertTrue(table.permlevel, (meta.name, table.fieldname))

	def test_no_personal_field_is_a_title_or_searched_in_links_or_kept_for_the_global_search(self):
		for field in (field for field in inventory.FIELDS if not field.open):
			meta = frappe.get_meta(field.doctype)
			shown = {meta.title_field, *meta.get_search_fields()}
			self.assertNotIn(field.fieldname, shown, field)
			self.assertFalse(meta.get_field(field.fieldname).in_global_search, field)
