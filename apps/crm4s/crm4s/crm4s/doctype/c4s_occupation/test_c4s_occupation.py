from frappe.tests.utils import FrappeTestCase

from crm4s.tests.lookups import LookupTests


class TestC4SOccupation(LookupTests, FrappeTestCase):
	lookup = "C4S Occupation"
	standard = "Teacher"
