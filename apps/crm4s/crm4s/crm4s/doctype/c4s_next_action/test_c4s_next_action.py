from frappe.tests.utils import FrappeTestCase

from crm4s.tests.lookups import LookupTests


class TestC4SNextAction(LookupTests, FrappeTestCase):
	lookup = "C4S Next Action"
	standard = "Call Again"
