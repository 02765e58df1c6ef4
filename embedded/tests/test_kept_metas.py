import frappe
from frappe.custom.doctype.property_setter.property_setter import make_property_setter
from frappe.tests.utils import FrappeTestCase


class TestKeptMetas(FrappeTestCase):
	def test_another_user_gets_what_was_unpacked_before(self):
		# What was just composed stands there itself.
		frappe.get_meta("C4S Source")
		frappe.set_user("Administrator")
		before = frappe.get_meta("C4S Source")
		frappe.set_user("Guest")
		self.addCleanup(frappe.set_user, "Administrator")
		self.assertNotIn(frappe.cache.make_key("doctype_meta"), frappe.local.cache)
		self.assertIs(before, frappe.get_meta("C4S Source"))

	def test_a_description_that_changed_is_read_anew(self):
		self.addCleanup(frappe.clear_cache, doctype="C4S Source")
		before = frappe.get_meta("C4S Source")
		make_property_setter("C4S Source", None, "max_attachments", 7, "Int", for_doctype=True, validate_fields_for_doctype=False)
		frappe.clear_cache(doctype="C4S Source")
		self.assertEqual((7, 0), (frappe.get_meta("C4S Source").max_attachments, before.max_attachments or 0))
