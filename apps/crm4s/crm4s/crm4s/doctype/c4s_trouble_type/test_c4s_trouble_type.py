import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.lookups import LookupTests


class TestTroubleType(LookupTests, FrappeTestCase):
	lookup, standard = "C4S Trouble Type", "Flat Battery"
	choosers, keeper = ("Receptionist", "Service Advisor"), "Workshop Manager"

	def test_every_trouble_that_is_installed_has_standards(self):
		for name in ("Flat Battery", "Flat Tyre", "Out of Fuel", "Accident", "Locked Out", "Towing"):
			trouble = frappe.get_doc("C4S Trouble Type", name)
			self.assertTrue(trouble.dispatch_minutes and trouble.arrival_minutes and trouble.on_site_minutes, name)
