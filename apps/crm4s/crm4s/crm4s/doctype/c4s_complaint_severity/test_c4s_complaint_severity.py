import frappe
from frappe.tests.utils import FrappeTestCase


class TestComplaintSeverity(FrappeTestCase):
	def test_the_customer_is_answered_before_the_complaint_is_resolved(self):
		for response, resolution in ((0, 24), (25, 24), (-1, 24)):
			severity = frappe.get_doc(
				{
					"doctype": "C4S Complaint Severity",
					"severity": "Test",
					"response_hours": response,
					"resolution_hours": resolution,
				}
			)
			with self.assertRaisesRegex(frappe.ValidationError, "Response hours must be more than 0 and not more than"):
				severity.insert()
