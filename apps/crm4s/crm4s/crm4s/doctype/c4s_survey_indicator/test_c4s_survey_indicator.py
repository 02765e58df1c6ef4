import frappe
from frappe.tests.utils import FrappeTestCase


class TestSurveyIndicator(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_an_indicator_does_not_stand_below_itself(self):
		upper = frappe.get_doc({"doctype": "C4S Survey Indicator", "indicator_name": "Upper"}).insert()
		frappe.get_doc({"doctype": "C4S Survey Indicator", "indicator_name": "Lower", "parent_indicator": "Upper"}).insert()
		with self.assertRaisesRegex(frappe.ValidationError, "Upper cannot stand below Lower, which stands below it"):
			upper.update({"parent_indicator": "Lower"}).save()
