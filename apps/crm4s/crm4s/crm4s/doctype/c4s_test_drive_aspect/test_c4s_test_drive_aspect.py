from frappe.tests.utils import FrappeTestCase

from crm4s.tests.lookups import LookupTests


class TestC4STestDriveAspect(LookupTests, FrappeTestCase):
	lookup = "C4S Test Drive Aspect"
	standard = "Handling and Brakes"
