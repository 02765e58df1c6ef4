from frappe.tests.utils import FrappeTestCase

from crm4s.tests.lookups import LookupTests


class TestC4SRelationKind(LookupTests, FrappeTestCase):
	lookup = "C4S Relation Kind"
	standard = "Spouse"
