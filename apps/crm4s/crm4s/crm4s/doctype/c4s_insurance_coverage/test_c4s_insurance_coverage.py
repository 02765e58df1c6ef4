from frappe.tests.utils import FrappeTestCase

from crm4s.tests.lookups import LookupTests


class TestInsuranceCoverage(LookupTests, FrappeTestCase):
	lookup, standard = "C4S Insurance Coverage", "Vehicle Damage"
	choosers, keeper = ("Service Advisor", "Receptionist"), "Dealer Manager"
