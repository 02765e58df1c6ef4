"""The way to a store: a page of the map that the settings name."""

import frappe

from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.portal import stores
from crm4s.portal.tests.visiting import PortalTestCase

POSITION = {"latitude": 30.1, "longitude": 120.2}


class TestRoute(PortalTestCase):
	def tearDown(self):
		super().tearDown()
		frappe.clear_document_cache("C4S Settings", "C4S Settings")

	def route(self, **overrides) -> str | None:
		store = make_dealership("PORTAL-MAP", dealership_name="云汀 4S & 店", province="浙江省", city="云汀市", **overrides)
		return stores.one(store.name).route

	def test_it_is_that_of_the_position_with_everything_written_safely(self):
		change_settings(portal_map_of_position="https://map.example/@{latitude},{longitude}?{name}")
		self.assertEqual("https://map.example/@30.1,120.2?%E4%BA%91%E6%B1%80%204S%20%26%20%E5%BA%97", self.route(**POSITION))

	def test_without_a_position_the_address_is_looked_for(self):
		self.assertIn("keyword=%E6%B5%99%E6%B1%9F%E7%9C%81", self.route(latitude=0, longitude=0))

	def test_without_a_map_there_is_no_link(self):
		change_settings(portal_map_of_position="")
		self.assertIsNone(self.route(**POSITION))
