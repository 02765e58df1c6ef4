import frappe
from frappe.tests.utils import FrappeTestCase


class TestLeadGrade(FrappeTestCase):
	def test_a_contact_interval_is_at_least_one_day(self):
		grade = frappe.get_doc({"doctype": "C4S Lead Grade", "grade": "Z", "contact_interval_days": 0})
		with self.assertRaisesRegex(frappe.ValidationError, "Contact interval of grade Z must be at least one day"):
			grade.insert()

	def test_the_trade_s_grades_are_there_after_installation(self):
		intervals = dict(
			frappe.get_all("C4S Lead Grade", fields=["grade", "contact_interval_days"], order_by="sequence", as_list=True)
		)
		self.assertLessEqual({"H", "A", "B", "C"}, set(intervals))
		self.assertLess(intervals["H"], intervals["C"])
