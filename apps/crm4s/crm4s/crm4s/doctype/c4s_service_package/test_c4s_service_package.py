import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user


def make_package(name: str = "T-小保养", **overrides):
	values = {
		"doctype": "C4S Service Package",
		"package_name": name,
		"lines": [{"item_kind": "Labour", "item_name": "换机油机滤", "quantity": 0.5, "unit_price": 200}],
	}
	return frappe.get_doc({**values, **overrides}).insert()


class TestC4SServicePackage(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def refuses(self, sentence: str, **values):
		with self.assertRaisesRegex(frappe.ValidationError, sentence):
			make_package(**values)

	def test_the_hours_of_the_lines_are_its_minutes_where_none_are_given(self):
		lines = [
			{"item_kind": "Labour", "item_name": "换机油机滤", "quantity": 0.5, "unit_price": 200},
			{"item_kind": "Labour", "item_name": "检查", "quantity": 1, "minutes": 20, "unit_price": 0},
			{"item_kind": "Other", "item_name": "辅料", "quantity": 1, "unit_price": 10},
		]
		self.assertEqual(50, make_package(lines=lines).minutes)

	def test_a_band_ends_after_it_begins(self):
		self.refuses("must be more than From", from_km=20000, to_km=20000)

	def test_a_season_has_two_days_of_the_calendar(self):
		self.refuses("both its first and its last day", season_from="11-01")
		self.refuses("Season To must be a month and a day", season_from="11-01", season_to="02-30")
		self.assertTrue(make_package(season_from="11-01", season_to="02-29").name)

	def test_a_package_is_not_dearer_than_its_lines(self):
		self.refuses("more than its lines together", price=100.01)
		self.assertTrue(make_package(price=99).name)

	def test_odd_numbers_are_refused(self):
		line = {"item_kind": "Labour", "item_name": "检查", "quantity": 1, "unit_price": 1}
		self.refuses("Quantity in row 1 must be more than 0", lines=[{**line, "quantity": 0}])
		self.refuses("must not be negative|cannot be negative", lines=[{**line, "unit_price": -1}])
		self.refuses("must not be negative|cannot be negative", lines=[{**line, "minutes": -5}])

	def test_the_workshop_manager_keeps_packages_and_advisors_read_them(self):
		for role, may_write in (("Workshop Manager", True), ("Service Advisor", False), ("Technician", False)):
			with self.subTest(role), as_user(make_user(role)):
				self.assertTrue(frappe.has_permission("C4S Service Package", "read"))
				self.assertEqual(may_write, frappe.has_permission("C4S Service Package", "write"))
