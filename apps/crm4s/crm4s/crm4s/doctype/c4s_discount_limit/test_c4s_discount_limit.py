import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_brand.test_c4s_brand import make_brand
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.tests.people import as_user, make_user


def make_limit(role: str, **values):
	return frappe.get_doc({"doctype": "C4S Discount Limit", "role": f"C4S {role}", **values}).insert()


class TestC4SDiscountLimit(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_the_standard_limits_are_installed(self):
		installed = frappe.get_all("C4S Discount Limit", pluck="name")
		self.assertLessEqual({"C4S Sales Consultant", "C4S Sales Manager", "C4S Dealer Manager"}, set(installed))

	def test_a_role_has_one_limit_for_a_car(self):
		make_limit("Sales Consultant", model=make_model().name, max_percent=1)
		with self.assertRaises(frappe.DuplicateEntryError):
			make_limit("Sales Consultant", model=make_model().name, max_percent=3)

	def test_more_than_everything_is_not_given_away(self):
		with self.assertRaisesRegex(frappe.ValidationError, r"Highest Share \(%\) must not be more than 100"):
			make_limit("Sales Consultant", model=make_model().name, max_percent=101)

	def test_brand_and_model_agree(self):
		with self.assertRaisesRegex(frappe.ValidationError, "The model is not of the brand"):
			make_limit("Sales Consultant", model=make_model().name, brand=make_brand("T-OTHER").name)

	def test_only_administrators_change_limits(self):
		for role, may_write in (("Sales Manager", False), ("Dealer Manager", False), ("Administrator", True)):
			with self.subTest(role), as_user(make_user(role)):
				self.assertEqual(may_write, frappe.has_permission("C4S Discount Limit", "write"))
