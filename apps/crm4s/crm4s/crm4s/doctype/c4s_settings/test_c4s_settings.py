import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.settings import setting
from crm4s.tests.people import as_user, make_user


def change_settings(**values):
	"""Save the settings with these values; rolled back with the test's other rows."""
	settings = frappe.get_doc("C4S Settings")
	settings.update(values)
	return settings.save(ignore_permissions=True)


class TestC4SSettings(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()
		frappe.clear_document_cache("C4S Settings", "C4S Settings")

	def test_a_setting_that_nobody_saved_has_its_default(self):
		frappe.db.delete("Singles", {"doctype": "C4S Settings", "field": "new_customer_days"})
		frappe.clear_document_cache("C4S Settings", "C4S Settings")
		self.assertEqual(365, setting("new_customer_days"))

	def test_a_saved_setting_is_read(self):
		change_settings(new_customer_days=90, default_region="hk")
		self.assertEqual((90, "HK"), (setting("new_customer_days"), setting("default_region")))

	def test_a_limit_may_be_nought(self):
		change_settings(middle_value_from=0)
		self.assertEqual(0, setting("middle_value_from"))

	def test_the_region_is_a_country(self):
		with self.assertRaisesRegex(frappe.ValidationError, "two letters of a country, such as CN"):
			change_settings(default_region="China")

	def test_high_begins_above_middle(self):
		with self.assertRaisesRegex(
			frappe.ValidationError, r"High Spending From \(per year\) must be more than Middle Spending From \(per year\)"
		):
			change_settings(high_spending_from=3000, middle_spending_from=3000)
		with self.assertRaisesRegex(frappe.ValidationError, r"High Value From \(per year\) must be more than"):
			change_settings(high_value_from=0)

	def test_a_map_is_a_safe_address_with_its_places(self):
		for address in ("http://map.example/{longitude},{latitude}", "https://map.example/", "https://map.example/{longitude},{latitude},{phone}", "https://map.example/{longitude},{latitude"):
			with self.assertRaisesRegex(frappe.ValidationError, "https://"):
				change_settings(portal_map_of_position=address)
		change_settings(portal_map_of_position="https://map.example/@{latitude},{longitude}?{name}")

	def test_only_administrators_change_settings(self):
		for role, may_write in (("Group Manager", False), ("Administrator", True)):
			with as_user(make_user(role)):
				self.assertEqual(may_write, frappe.has_permission("C4S Settings", "write"))
