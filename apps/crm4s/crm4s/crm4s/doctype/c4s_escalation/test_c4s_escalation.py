"""How steps are planned and taken is tested in crm4s.escalation.tests."""

from frappe.tests.utils import FrappeTestCase

from crm4s.tests.store_documents import DerivedRowTests

test_ignore = ["User"]


class TestEscalationsOfStores(DerivedRowTests, FrappeTestCase):
	doctype = "C4S Escalation"
	role = "CRM Manager"
