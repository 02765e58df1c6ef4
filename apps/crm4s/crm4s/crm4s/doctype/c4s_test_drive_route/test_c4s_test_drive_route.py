import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.bookings.tests.factories import make_store
from crm4s.tests.store_documents import StoreDocumentTests


def make_route(store: str, **overrides):
	values = {"doctype": "C4S Test Drive Route", "route_name": "城区环线", "dealership": store, "kilometres": 12.5, "minutes": 40}
	return frappe.get_doc({**values, **overrides}).insert()


class TestC4STestDriveRoute(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_a_route_says_how_long_it_takes(self):
		with self.assertRaisesRegex(frappe.ValidationError, "how many minutes a drive on this route takes"):
			make_route(make_store("BOOK-1"), minutes=0)


class TestIsolation(StoreDocumentTests, FrappeTestCase):
	doctype = "C4S Test Drive Route"
	role = "Sales Manager"

	def make_document_of(self, store: str):
		return make_route(store)
