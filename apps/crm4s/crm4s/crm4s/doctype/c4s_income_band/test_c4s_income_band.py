import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.lookups import LookupTests


class TestC4SIncomeBand(LookupTests, FrappeTestCase):
	lookup = "C4S Income Band"
	standard = "CNY 150,000 to 300,000"

	def test_a_band_ends_above_its_beginning(self):
		band = frappe.get_doc({"doctype": self.lookup, "band": "T", "from_amount": 1000, "to_amount": 1000})
		with self.assertRaisesRegex(frappe.ValidationError, "To must be higher than From, or empty for the highest band"):
			band.insert()

	def test_the_highest_band_is_open(self):
		frappe.get_doc({"doctype": self.lookup, "band": "T", "from_amount": 1000}).insert()
