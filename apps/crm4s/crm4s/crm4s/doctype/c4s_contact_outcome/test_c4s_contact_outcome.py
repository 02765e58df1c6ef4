from frappe.tests.utils import FrappeTestCase

from crm4s.tests.lookups import LookupTests


class TestC4SContactOutcome(LookupTests, FrappeTestCase):
	lookup = "C4S Contact Outcome"
	standard = "Not Reached"
