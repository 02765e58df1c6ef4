from frappe.tests.utils import FrappeTestCase

from crm4s.tests.store_documents import DerivedRowTests

test_ignore = ["User"]


class TestGiftHandOut(DerivedRowTests, FrappeTestCase):
	# Whoever hands out may take it back; an analyst only reads.
	doctype, role = "C4S Gift Hand-Out", "Data Analyst"
