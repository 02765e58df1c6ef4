from frappe.tests.utils import FrappeTestCase

from crm4s.tests.store_documents import DerivedRowTests

test_ignore = ["User"]


class TestC4SValueMonth(DerivedRowTests, FrappeTestCase):
	doctype, role, refused_role = "C4S Value Month", "CRM Manager", "Technician"
