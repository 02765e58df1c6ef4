import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.scorecard.measures import MEASURES
from crm4s.tests.masters import made_or_changed
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]


def make_kpi(name: str = "试验转化率", **overrides):
	"""A KPI of this name: leads won ÷ leads received of one month, in percent, to be 25 or more; it is not installed with the app."""
	values = {
		"kpi_name": name, "dimension": "Conversion", "numerator": "Leads Won", "denominator": "Leads Received", "factor": 100, "unit": "Percent",
		"direction": "Higher", "window_months": 1, "target": 25, "weight": 10,
	}
	return made_or_changed("C4S KPI", name, values, overrides)


class TestKPI(FrappeTestCase):
	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def assertSaysWhy(self, sentence: str):
		return self.assertRaisesRegex(frappe.ValidationError, sentence)

	def test_the_measures_to_choose_from_are_those_that_can_be_counted(self):
		for field in ("numerator", "denominator"):
			options = frappe.get_meta("C4S KPI").get_field(field).options.split("\n")
			self.assertEqual(sorted(MEASURES), sorted(options))

	def test_the_seven_dimensions_are_installed_and_the_teams(self):
		dimensions = frappe.get_meta("C4S KPI").get_field("dimension").options.split("\n")
		self.assertEqual(8, len(dimensions))
		self.assertEqual(set(dimensions), set(frappe.get_all("C4S KPI", {"enabled": 1}, pluck="dimension")))

	def test_a_formula_divides_two_different_things(self):
		kpi = make_kpi()
		with self.assertSaysWhy("that is always 1"):
			kpi.update({"numerator": "Leads Received"}).save()
		with self.assertSaysWhy("must not be 0"):
			make_kpi(factor=0)

	def test_windows_are_those_for_which_there_are_counts(self):
		with self.assertSaysWhy("from 1 to 24 months"):
			make_kpi(window_months=25)
		returns = {"numerator": "Cars Not Back Since", "denominator": "Cars Served Before"}
		self.assertTrue(make_kpi(window_months=6, **returns).name)
		with self.assertSaysWhy("windows of these months: 3, 6"):
			make_kpi(window_months=5, **returns)

	def test_yellow_lies_below_green(self):
		with self.assertSaysWhy("Yellow begins above 0"):
			make_kpi(green_from=90, yellow_from=95)

	def test_managers_read_it_and_administrators_keep_it(self):
		kpi = make_kpi().name
		for role, may_write in (("Dealer Manager", False), ("Administrator", True)):
			with as_user(make_user(role)):
				self.assertTrue(frappe.has_permission("C4S KPI", "read", kpi))
				self.assertEqual(may_write, frappe.has_permission("C4S KPI", "write", kpi))
		with as_user(make_user("Technician")):
			self.assertFalse(frappe.has_permission("C4S KPI", "read", kpi))
