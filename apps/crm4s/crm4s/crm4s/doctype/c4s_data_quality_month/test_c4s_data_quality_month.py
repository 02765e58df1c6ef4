from frappe.tests.utils import FrappeTestCase

from crm4s.tests.store_documents import DerivedRowTests

test_ignore = ["User"]


class TestDataQualityMonth(DerivedRowTests, FrappeTestCase):
	doctype, role = "C4S Data Quality Month", "CRM Manager"
