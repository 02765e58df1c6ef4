import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.masters import made_or_changed
from crm4s.tests.people import as_user, make_user

DEFAULT_BRAND = "Test Brand"


def make_brand(name: str = DEFAULT_BRAND, **overrides):
	"""The brand of this name with these values, made if it is not there."""
	return made_or_changed("C4S Brand", name, {"brand_name": name}, overrides)


class TestC4SBrand(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_the_brands_that_are_sold_in_china_are_there(self):
		self.assertTrue(frappe.db.exists("C4S Brand", "Lexus"))
		self.assertGreater(frappe.db.count("C4S Brand", {"enabled": 1}), 40)

	def test_staff_read_brands_and_only_administrators_write_them(self):
		make_brand()
		with as_user(make_user("Sales Consultant")):
			self.assertTrue(frappe.has_permission("C4S Brand", "read", "Test Brand"))
			self.assertFalse(frappe.has_permission("C4S Brand", "write", "Test Brand"))
		with as_user(make_user("Administrator")):
			self.assertTrue(frappe.has_permission("C4S Brand", "delete", "Test Brand"))
