import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.advice.suitability import criteria


def make_criterion(**overrides):
	values = {"doctype": "C4S Suitability Criterion", "criterion": "Trunk", "need": "Purpose", "figure": "Body Type", "comparison": "By Table"}
	values.update(overrides)
	return frappe.get_doc(values).insert()


class TestSuitabilityCriterion(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_the_standard_criteria_are_read_as_the_pure_function_takes_them(self):
		charging = next(criterion for criterion in criteria() if criterion.name == "Charging")
		self.assertEqual(("home_charging", "energy_type", 0.3), (charging.need, charging.figure, charging.fits["No", "Battery Electric"]))

	def test_a_comparison_takes_only_what_it_can_compare(self):
		with self.assertRaisesRegex(frappe.ValidationError, "The comparison .*Within.* is made with the need Budget and the figure Guide Price"):
			make_criterion(comparison="Within")

	def test_a_pair_stands_in_the_table_once_with_a_fit_in_percent(self):
		row = {"need_value": "Home", "model_value": "Van", "fit_percent": 30}
		with self.assertRaisesRegex(frappe.ValidationError, "Row 2: Home and Van are in the table already"):
			make_criterion(fits=[row, dict(row)])
		with self.assertRaisesRegex(frappe.ValidationError, "Row 1: the fit must lie between 0 and 100 percent"):
			make_criterion(fits=[{**row, "fit_percent": 130}])

	def test_a_table_belongs_to_its_comparison_only(self):
		row = {"need_value": "Home", "model_value": "Van", "fit_percent": 30}
		self.assertEqual([], make_criterion(need="Body Type", comparison="Same", fits=[row]).fits)

	def test_a_tolerance_is_a_percentage(self):
		with self.assertRaisesRegex(frappe.ValidationError, "Tolerance must lie between 0 and 100 percent"):
			make_criterion(tolerance_percent=120)
