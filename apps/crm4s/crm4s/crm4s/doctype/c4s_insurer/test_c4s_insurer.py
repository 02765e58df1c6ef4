from frappe.tests.utils import FrappeTestCase

from crm4s.tests.lookups import LookupTests


class TestInsurer(LookupTests, FrappeTestCase):
	lookup, standard = "C4S Insurer", "Ping An Property and Casualty"
	choosers, keeper = ("Service Advisor", "Receptionist"), "Dealer Manager"
