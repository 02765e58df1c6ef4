import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_brand.test_c4s_brand import make_brand
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model


def make_option(code: str = "T-ROOF", **overrides):
	"""A saved option that fits every car unless the overrides say otherwise."""
	values = {"doctype": "C4S Vehicle Option", "option_code": code, "option_name": "全景天窗", "price": 8000}
	return frappe.get_doc({**values, **overrides}).insert(ignore_permissions=True)


class TestC4SVehicleOption(FrappeTestCase):
	def setUp(self):
		self.model = make_model()
		self.other = make_model("T-OTHER", series="测试SUV")
		self.foreign = make_model("T-FOREIGN", brand=make_brand("Another Brand").name, series="别家轿车")

	def tearDown(self):
		frappe.db.rollback()

	def fitting(self, option) -> list[str]:
		return [model.name for model in (self.model, self.other, self.foreign) if option.fits(model.name)]

	def test_an_option_of_nothing_in_particular_fits_every_model(self):
		self.assertEqual(["T-MODEL", "T-OTHER", "T-FOREIGN"], self.fitting(make_option()))

	def test_an_option_of_a_brand_fits_its_models(self):
		self.assertEqual(["T-MODEL", "T-OTHER"], self.fitting(make_option(brand=self.model.brand)))

	def test_an_option_of_a_series_fits_its_models(self):
		self.assertEqual(["T-OTHER"], self.fitting(make_option(brand=self.model.brand, series="测试SUV")))

	def test_an_option_that_names_models_fits_no_other(self):
		self.assertEqual(["T-MODEL"], self.fitting(make_option(models=[{"model": "T-MODEL"}])))

	def test_a_series_is_one_of_the_brand(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Another Brand has no model of the series .*测试SUV"):
			make_option(brand="Another Brand", series="测试SUV")

	def test_models_are_of_the_options_brand(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Model .*T-FOREIGN.* is not of the brand and series of this option"):
			make_option(brand=self.model.brand, models=[{"model": "T-FOREIGN"}])
