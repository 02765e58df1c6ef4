from frappe.tests.utils import FrappeTestCase

from crm4s.tests.lookups import LookupTests


class TestSkill(LookupTests, FrappeTestCase):
	lookup, standard = "C4S Skill", "High Voltage"
	choosers, keeper = ("Service Advisor", "Technician"), "Workshop Manager"
