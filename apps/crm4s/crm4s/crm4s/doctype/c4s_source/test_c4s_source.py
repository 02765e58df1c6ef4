from frappe.tests.utils import FrappeTestCase

from crm4s.tests.lookups import LookupTests


class TestC4SSource(LookupTests, FrappeTestCase):
	lookup = "C4S Source"
	standard = "Walk-in"
