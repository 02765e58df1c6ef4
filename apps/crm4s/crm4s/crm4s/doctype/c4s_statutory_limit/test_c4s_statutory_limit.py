import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.lookups import LookupTests

test_ignore = ["User"]


class TestStatutoryLimit(LookupTests, FrappeTestCase):
	lookup = "C4S Statutory Limit"
	standard = "Safety Fault Repaired Twice"

	def test_it_warns_before_it_is_reached(self):
		for warn_from in (0, 3):
			limit = frappe.get_doc(self.lookup, self.standard)
			with self.assertRaisesRegex(frappe.ValidationError, "Warn From must be more than 0 and not more than"):
				limit.update({"warn_from": warn_from}).save()
