from frappe.tests.utils import FrappeTestCase

from crm4s.tests.lookups import LookupTests


class TestC4SInterest(LookupTests, FrappeTestCase):
	lookup = "C4S Interest"
	standard = "Camping"
