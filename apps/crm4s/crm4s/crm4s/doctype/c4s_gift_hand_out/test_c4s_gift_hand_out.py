from frappe.tests.utils import FrappeTestCase

from crm4s.tests.store_documents import DerivedRowTests

test_ignore = ["User"]


class TestGiftHandOut(DerivedRowTests, FrappeTestCase):
	doctype, role = "C4S Gift Hand-Out", "Service Advisor"
