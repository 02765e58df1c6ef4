import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_brand.test_c4s_brand import DEFAULT_BRAND, make_brand
from crm4s.tests.masters import made_or_changed

PLAN = [
	{"item": "机油机滤", "first_km": 5000, "first_months": 6, "every_km": 10000, "every_months": 12},
	{"item": "制动液", "every_km": 40000, "every_months": 24},
]


def make_model(code: str = "T-MODEL", **overrides):
	"""The model with this code and these values, made if it is not there, with a small maintenance plan."""
	values = {
		"model_code": code,
		"brand": overrides.get("brand") or make_brand().name,
		"series": "测试轿车",
		"model_year": 2025,
		"trim": "2.0 豪华版",
		"energy_type": "Petrol",
		"guide_price": 198800,
		"warranty_months": 36,
		"warranty_km": 100000,
		"maintenance_plan": [dict(row) for row in PLAN],
	}
	return made_or_changed("C4S Vehicle Model", code, values, overrides)


def remove_model(code: str = "T-MODEL") -> None:
	"""For tests that commit: the model goes, and its brand unless that came with the app."""
	brand = frappe.db.get_value("C4S Vehicle Model", code, "brand")
	frappe.delete_doc("C4S Vehicle Model", code, force=True, ignore_missing=True)
	if brand and brand == DEFAULT_BRAND:
		frappe.delete_doc("C4S Brand", brand, force=True)


class TestC4SVehicleModel(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_a_model_is_known_by_series_year_and_trim(self):
		self.assertEqual("测试轿车 2025 2.0 豪华版", make_model().model_title)
		self.assertEqual("测试轿车 2025", make_model("T-OTHER", trim=None).model_title)

	def test_an_item_of_the_plan_is_due_by_something(self):
		with self.assertRaisesRegex(frappe.ValidationError, "row 1: enter for .*雨刮.* kilometres, months or both"):
			make_model(maintenance_plan=[{"item": "雨刮"}])

	def test_an_item_is_in_the_plan_once(self):
		with self.assertRaisesRegex(frappe.ValidationError, "row 2: .*机油.* is in the plan already"):
			make_model(maintenance_plan=[{"item": "机油", "every_km": 5000}, {"item": " 机油 ", "every_km": 10000}])

	def test_a_battery_electric_car_has_no_displacement_and_a_petrol_car_no_battery(self):
		electric = make_model("T-BEV", energy_type="Battery Electric", displacement_cc=1998, battery_kwh=82.5, range_km=605)
		self.assertEqual((0, 82.5, 605), (electric.displacement_cc, electric.battery_kwh, electric.range_km))
		petrol = make_model("T-ICE", displacement_cc=1998, battery_kwh=82.5, range_km=605)
		self.assertEqual((1998, 0, 0), (petrol.displacement_cc, petrol.battery_kwh, petrol.range_km))

	def test_a_model_year_is_one_that_cars_have(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Model Year must lie between 1950 and"):
			make_model(model_year=25)

	def test_prices_are_not_negative(self):
		with self.assertRaises(frappe.NonNegativeError):
			make_model(guide_price=-1)
