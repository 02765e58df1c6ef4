import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import StoreDocumentTests

test_ignore = ["User"]


def make_request(store: str):
	facts = {"phone": "13900139066", "person_name": "赵敏", "dealership": store, "consent": 1}
	return frappe.get_doc({"doctype": "C4S Lead Request", **facts}).insert()


class TestC4SLeadRequest(FrappeTestCase):
	"""What a request becomes is tested in lead_intake/."""

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_requests_are_read_by_managers_only(self):
		for role, may_read in (("Sales Consultant", False), ("Receptionist", False), ("Sales Manager", True)):
			with as_user(make_user(role)):
				self.assertEqual(may_read, frappe.has_permission("C4S Lead Request", "read"))


class TestRequestsOfStores(StoreDocumentTests, FrappeTestCase):
	doctype = "C4S Lead Request"
	role = "Sales Manager"

	def make_document_of(self, store):
		return make_request(store)
