"""The demo's customers find their pages."""

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.demo import portal_rows
from crm4s.portal import links
from crm4s.portal import viewer as viewers
from crm4s.portal.viewer import ACCESS, ACCOUNT


class TestPortalRows(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def owner(self, key: str, cars: int, **overrides) -> str:
		customer = make_customer(**overrides).name
		frappe.db.set_value("C4S Customer", customer, "external_key", f"demo:test-{key}")
		for _each in range(cars):
			make_vehicle(current_owner=customer)
		return customer

	def viewer(self, customer: str):
		return viewers.of_user(frappe.db.get_value(ACCOUNT, {"customer": customer}, "user"))

	def test_owner_family_and_fleet_manager_are_there_once(self):
		relative, manager = self.owner("a", 1), self.owner("b", 1)
		owner, company = self.owner("c", 2), self.owner("d", 3, customer_kind="Company")
		for _again in range(2):
			portal_rows.write_accounts()
		self.assertEqual(3, frappe.db.count(ACCOUNT, {"customer": ["in", [owner, relative, manager]]}))
		self.assertEqual(2, frappe.db.count(ACCESS, {"customer": ["in", [owner, company]]}))
		self.assertEqual([2, 3, 4], [len(self.viewer(customer).cars) for customer in (owner, relative, manager)])
		token = portal_rows.way_in().rpartition("/")[2]
		self.assertEqual(owner, links.open_link(token).customer)

	def test_a_site_without_them_has_no_way_in(self):
		frappe.db.delete(ACCOUNT)
		self.assertIsNone(portal_rows.way_in())
