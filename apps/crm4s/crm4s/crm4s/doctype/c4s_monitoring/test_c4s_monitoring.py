"""What follows from the limits: crm4s/health/tests."""

import frappe
from frappe.tests.utils import FrappeTestCase


class TestC4SMonitoring(FrappeTestCase):
	def test_a_limit_is_no_negative_number(self):
		settings = frappe.get_doc("C4S Monitoring")
		settings.jobs_minutes = -1
		with self.assertRaises(frappe.NonNegativeError):
			settings.save()
