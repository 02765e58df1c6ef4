import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_survey.test_c4s_survey import RATING, make_survey


class TestSurveyIndicator(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_an_indicator_does_not_stand_below_itself(self):
		upper = frappe.get_doc({"doctype": "C4S Survey Indicator", "indicator_name": "Upper"}).insert()
		frappe.get_doc({"doctype": "C4S Survey Indicator", "indicator_name": "Lower", "parent_indicator": "Upper"}).insert()
		with self.assertRaisesRegex(frappe.ValidationError, "Upper cannot stand below Lower, which stands below it"):
			upper.update({"parent_indicator": "Lower"}).save()

	def test_what_a_published_version_names_is_neither_renamed_nor_deleted(self):
		named, other = (frappe.get_doc({"doctype": "C4S Survey Indicator", "indicator_name": name}).insert() for name in ("Named", "Other"))
		survey = make_survey({**RATING, "indicator": named.name})
		# The draft has gone on; what was published stays.
		frappe.db.set_value("C4S Survey Question", survey.questions[0].name, "indicator", None)
		with self.assertRaisesRegex(frappe.ValidationError, "was published with the indicator Named"):
			named.delete()
		other.delete()
		with self.assertRaises(frappe.ValidationError):
			frappe.rename_doc("C4S Survey Indicator", named.name, "Renamed", show_alert=False)
