from frappe.tests.utils import FrappeTestCase

from crm4s.tests.lookups import LookupTests


class TestC4SContractClass(LookupTests, FrappeTestCase):
	lookup = "C4S Contract Class"
	standard = "Framework Agreement"
