from frappe.tests.utils import FrappeTestCase

from crm4s.tests.lookups import LookupTests


class TestRentalClass(LookupTests, FrappeTestCase):
	lookup, standard = "C4S Rental Class", "SUV"
	choosers, keeper = ("Service Advisor", "Receptionist"), "Dealer Manager"
