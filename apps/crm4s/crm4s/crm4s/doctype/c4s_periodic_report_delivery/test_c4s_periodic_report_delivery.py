from frappe.tests.utils import FrappeTestCase

from crm4s.tests.store_documents import DerivedRowTests

test_ignore = ["User"]


class TestPeriodicReportDelivery(DerivedRowTests, FrappeTestCase):
	doctype, role = "C4S Periodic Report Delivery", "Dealer Manager"
