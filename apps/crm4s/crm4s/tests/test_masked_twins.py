"""Plates and addresses are read in full by who works on the car or goes there, and masked by everybody else: in documents, titles, sets and old rows."""

import frappe
import pandas as pd
from frappe.desk.search import search_link
from frappe.tests.utils import FrappeTestCase

from crm4s.bookings.tests.factories import make_store
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import make_service_visit
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle, unused_vin
from crm4s.intake.vehicles import take_in_vehicles
from crm4s.masked_twins import set_twins
from crm4s.patches import mask_plates_and_addresses
from crm4s.tests.people import as_user, make_user

PLATE, MASKED = "沪A12345", "沪A***45"
ADDRESS, MASKED_ADDRESS = "上海市浦东新区世纪大道 1 号", "上海市浦东新区****"
CAR, VISIT, CUSTOMER = "C4S Vehicle", "C4S Service Visit", "C4S Customer"


class TestMaskedTwins(FrappeTestCase):
	def setUp(self):
		store = make_store("TWIN-1")
		self.customer = make_customer(store=store, address_line=ADDRESS)
		self.car = make_vehicle(plate_number=PLATE, current_owner=self.customer.name)
		self.visit = make_service_visit(vehicle=self.car.name, customer=self.customer.name, dealership=store)
		self.analyst = make_user("Data Analyst", [store])
		self.advisor = make_user("Service Advisor", [store])

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_a_twin_stands_beside_plate_and_address(self):
		self.assertEqual((MASKED, MASKED, MASKED_ADDRESS), (self.car.masked_plate_number, self.visit.masked_plate_number, self.customer.masked_address_line))
		self.car.plate_number = None
		set_twins(self.car)
		self.assertIsNone(self.car.masked_plate_number)

	def test_titles_say_no_plate(self):
		self.assertIn(MASKED, self.car.vehicle_title)
		self.assertIn(MASKED, self.visit.title)
		self.assertNotIn(PLATE, self.car.vehicle_title + self.visit.title)

	def test_an_analyst_reads_the_twin_only_and_an_advisor_both(self):
		for doctype, name in ((CAR, self.car.name), (VISIT, self.visit.name)):
			with self.subTest(doctype), as_user(self.analyst):
				row = frappe.get_list(doctype, {"name": name}, ["plate_number", "masked_plate_number"])[0]
				self.assertEqual({"masked_plate_number": MASKED}, row)
				document = frappe.get_doc(doctype, name)
				document.apply_fieldlevel_read_permissions()
				self.assertIsNone(document.get("plate_number"))
			with self.subTest(doctype), as_user(self.advisor):
				self.assertEqual(PLATE, frappe.get_list(doctype, {"name": name}, ["plate_number"])[0].plate_number)

	def test_links_are_found_by_the_plate_by_those_who_may_read_it(self):
		for user, finds in ((self.advisor, True), (self.analyst, False)):
			with self.subTest(user), as_user(user):
				found = [row["value"] for row in self.search(PLATE)]
				self.assertEqual(finds, self.car.name in found)
				self.assertNotIn(PLATE, str(self.search(MASKED)))

	def search(self, text: str) -> list[dict]:
		frappe.response.pop("results", None)
		return search_link(CAR, text) or frappe.response.get("results") or []

	def test_what_is_taken_in_in_sets_has_twins(self):
		take_in_vehicles(pd.DataFrame([{"external_key": "twin:1", "vin": unused_vin(), "plate_number": PLATE, "model_description": "卡罗拉", "entered_as": "In Use"}]), commit=False)
		self.assertEqual(MASKED, frappe.db.get_value(CAR, {"external_key": "twin:1"}, "masked_plate_number"))
		take_in_vehicles(pd.DataFrame([{"external_key": "twin:1", "plate_number": "沪A54321"}]), commit=False)
		row = frappe.db.get_value(CAR, {"external_key": "twin:1"}, ["masked_plate_number", "vehicle_title"])
		self.assertEqual(("沪A***21", "沪A***21 · 卡罗拉"), tuple(row))


class TestPatch(TestMaskedTwins):
	"""A site that was filled before the twins were there."""

	def setUp(self):
		super().setUp()
		self.car.plate_number = "沪A54321"
		self.car.save(ignore_version=False)
		self.car.db_set("plate_number", PLATE)
		full = {"masked_plate_number": None, "vehicle_title": f"{PLATE} · 卡罗拉"}
		frappe.db.set_value(CAR, self.car.name, full)
		frappe.db.set_value(VISIT, self.visit.name, {"masked_plate_number": None, "title": f"{PLATE} 2026-11-20"})
		frappe.db.set_value(CUSTOMER, self.customer.name, "masked_address_line", None)
		self.version = frappe.get_all("Version", {"docname": self.car.name}, pluck="name")[0]
		frappe.db.set_value("Version", self.version, "data", frappe.as_json({"changed": [["plate_number", PLATE, "沪A54321"]]}))
		mask_plates_and_addresses.execute()
		for document in (self.car, self.visit, self.customer):
			document.reload()

	def test_histories_hold_plates_masked(self):
		data = frappe.parse_json(frappe.db.get_value("Version", self.version, "data"))
		self.assertEqual([["plate_number", MASKED, "沪A***21"]], data["changed"])

	def test_a_second_time_changes_nothing(self):
		before = self.stored()
		mask_plates_and_addresses.execute()
		self.assertEqual(before, self.stored())

	def stored(self) -> list:
		wanted = ((CAR, self.car.name), (VISIT, self.visit.name), (CUSTOMER, self.customer.name), ("Version", self.version))
		return [frappe.db.get_value(doctype, name, "*") for doctype, name in wanted]

	def test_who_reads_plates_by_rights_of_the_site_goes_on_reading_them(self):
		for role in ("C4S Technician", "C4S Data Analyst"):
			frappe.get_doc({"doctype": "Custom DocPerm", "parent": CAR, "parenttype": "DocType", "parentfield": "permissions", "role": role, "read": 1}).insert()
		mask_plates_and_addresses.execute()
		mask_plates_and_addresses.execute()
		self.assertEqual(["C4S Technician"], frappe.get_all("Custom DocPerm", {"parent": CAR, "permlevel": 3}, pluck="role"))
		frappe.clear_cache(doctype=CAR)
