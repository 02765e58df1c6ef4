from frappe.tests.utils import FrappeTestCase

from crm4s.tests.lookups import LookupTests

test_ignore = ["User"]


class TestComplaintCause(LookupTests, FrappeTestCase):
	lookup = "C4S Complaint Cause"
	standard = "Product Fault"
