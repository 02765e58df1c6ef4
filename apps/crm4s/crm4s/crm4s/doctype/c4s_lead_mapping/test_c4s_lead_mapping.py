import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user


class TestC4SLeadMapping(FrappeTestCase):
	"""What a mapping makes of a delivery is tested in lead_intake/."""

	def tearDown(self):
		frappe.db.rollback()

	def test_a_row_needs_a_path_or_a_value(self):
		mapping = frappe.get_doc(
			{
				**{"doctype": "C4S Lead Mapping", "mapping_name": "T-MAP", "source": "Store Website"},
				"fields_of_lead": [{"field_name": "phone"}],
			}
		)
		self.assertRaisesRegex(frappe.ValidationError, "Row 1 needs a path, or a value that always counts", mapping.insert)

	def test_connected_systems_read_mappings_and_do_not_change_them(self):
		for role, may_read, may_write in (("DMS Integration", True, False), ("CRM Manager", True, True), ("Sales Consultant", False, False)):
			with as_user(make_user(role)):
				self.assertEqual(may_read, frappe.has_permission("C4S Lead Mapping", "read"))
				self.assertEqual(may_write, frappe.has_permission("C4S Lead Mapping", "write"))
