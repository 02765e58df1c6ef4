"""What the receptionist learns from a phone or plate, and what of other stores stays hidden."""

import json

import frappe
from frappe.utils import add_days, now_datetime

from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import lose, make_lead
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.crm4s.doctype.c4s_showroom_visit.test_c4s_showroom_visit import PHONE, make_visit
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.reception import api, visits
from crm4s.reception.tests.showroom import OTHER_STORE, STORE, ShowroomTestCase
from crm4s.tests.people import as_user, make_user

test_ignore = ["User"]
PLATE = "沪A12345"


def make_car(owner: str, store: str):
	"""A car with the plate, in use by its owner."""
	values = {"vin": "LFV3A23C0K3000019", "check_digit_confirmed": 1, "entered_as": "In Use", "plate_number": PLATE}
	parties = [{"party_role": "Owner", "customer": owner, "valid_from": "2024-03-01"}]
	document = {"doctype": "C4S Vehicle", **values, "model": make_model().name, "dealership": store, "parties": parties}
	return frappe.get_doc(document).insert()


class LookUpTestCase(ShowroomTestCase):
	def setUp(self):
		super().setUp()
		frappe.cache.delete_keys("c4s_reception_asked")
		self.addCleanup(frappe.clear_document_cache, "C4S Settings", "C4S Settings")

	def look_up(self, text: str, user: str | None = None) -> dict:
		with as_user(user or self.receptionist):
			return api.look_up(STORE, text)


class OwnStore:
	def test_a_phone_finds_customer_lead_consultant_and_last_visit(self):
		customer = make_customer(PHONE, STORE, customer_name="王建国").name
		lead = make_lead(phone=PHONE, dealership=STORE, sales_consultant=self.ben, grade="A").name
		earlier = make_visit(dealership=STORE, arrived_on=add_days(now_datetime(), -9)).name
		found = self.look_up("139 0013 9100")
		self.assertEqual(("phone", "139****9100"), (found["kind"], found["shown"]))
		self.assertEqual([(customer, "王建国")], [(row["name"], row["customer_name"]) for row in found["customers"]])
		self.assertEqual([(lead, "A")], [(row.name, row.grade) for row in found["leads"]])
		self.assertEqual(earlier, found["last_visit"].name)
		self.assertEqual((self.ben, "In Line"), (found["consultant"]["user"], found["consultant"]["state"]))

	def test_a_plate_finds_the_owner_and_the_owners_lead(self):
		customer = make_customer(PHONE, STORE, customer_name="王建国").name
		make_car(customer, STORE)
		lead = make_lead(phone=None, customer=customer, dealership=STORE).name
		found = self.look_up("沪a·12345")
		self.assertEqual(("plate", [customer], [lead]), (found["kind"], [row["name"] for row in found["customers"]], [row.name for row in found["leads"]]))
		self.assertEqual(["测试轿车 2025 2.0 豪华版 沪A12345"], found["customers"][0]["cars"])

	def test_a_number_that_is_not_primary_finds_as_well(self):
		customer = make_customer("13800138101", STORE)
		customer.append("phones", {"phone": PHONE, "kind": "Work"})
		customer.save()
		self.assertEqual([customer.name], [row["name"] for row in self.look_up(PHONE)["customers"]])

	def test_closed_leads_are_not_shown(self):
		lose(make_lead(phone=PHONE, dealership=STORE))
		self.assertEqual([], self.look_up(PHONE)["leads"])

	def test_what_is_neither_phone_nor_plate_is_explained(self):
		self.assertIn("has 10 digits, but a Chinese mobile number has 11", self.look_up("1390013910")["problem"])
		self.assertIn("Plate number must", self.look_up("沪A1")["problem"])

	def test_no_number_comes_back_complete(self):
		make_customer(PHONE, STORE)
		make_lead(phone=PHONE, dealership=STORE)
		make_visit(dealership=STORE)
		self.assertNotIn("13900139100", json.dumps(self.look_up(PHONE), default=str))

	def test_whoever_may_not_receive_visitors_looks_up_nobody(self):
		with self.assertRaises(frappe.PermissionError):
			self.look_up(PHONE, make_user("Data Analyst", [STORE]))


class OtherStores:
	def test_a_customer_of_another_store_is_known_in_the_group_and_masked(self):
		customer = make_customer(PHONE, OTHER_STORE, customer_name="欧阳建国").name
		found = self.look_up(PHONE)
		self.assertEqual([], found["customers"])
		self.assertEqual([(customer, "欧***", False)], [(row["customer"], row["name"], row["is_own"]) for row in found["group"]])
		self.assertNotIn("欧阳", json.dumps(found, default=str, ensure_ascii=False))

	def test_leads_and_visits_of_another_store_are_not_told(self):
		make_lead(phone=PHONE, dealership=OTHER_STORE, lead_name="欧阳建国")
		make_visit(dealership=OTHER_STORE, visitor_name="欧阳建国")
		change_settings(stores_share_dealings=1)
		found = self.look_up(PHONE)
		self.assertEqual(([], None, []), (found["leads"], found["last_visit"], found["group"]))

	def test_a_plate_finds_nobody_of_another_store(self):
		customer = make_customer(PHONE, OTHER_STORE).name
		make_car(customer, OTHER_STORE)
		found = self.look_up(PLATE)
		self.assertEqual(([], []), (found["customers"], found["group"]))

	def test_a_search_in_the_group_is_logged_once_for_a_number(self):
		make_customer(PHONE, OTHER_STORE)
		before = frappe.db.count("C4S Query Log", {"user": self.receptionist})
		for _ in range(3):
			self.look_up(PHONE)
		self.assertEqual(before + 1, frappe.db.count("C4S Query Log", {"user": self.receptionist}))

	def test_who_has_asked_too_often_is_told_of_the_own_store_only(self):
		change_settings(group_lookups_per_hour=0)
		make_customer(PHONE, OTHER_STORE)
		self.assertEqual([], self.look_up(PHONE)["group"])

	def test_an_own_customer_is_not_searched_in_the_group(self):
		make_customer(PHONE, STORE)
		before = frappe.db.count("C4S Query Log", {"user": self.receptionist})
		self.assertEqual([], self.look_up(PHONE)["group"])
		self.assertEqual(before, frappe.db.count("C4S Query Log", {"user": self.receptionist}))


class Board:
	def board(self, user: str) -> dict:
		with as_user(user):
			return api.get_board(STORE)

	def test_it_shows_visits_of_today_with_masked_phones(self):
		today = make_visit(dealership=STORE).name
		make_visit(dealership=STORE, arrived_on=add_days(now_datetime(), -1))
		shown = self.board(self.receptionist)["visits"]
		self.assertEqual([(today, "139****9100")], [(row.name, row.masked_phone) for row in shown])
		self.assertNotIn("phone", shown[0])

	def test_it_shows_the_line_in_order_and_who_could_join(self):
		visits.hand_over(make_visit(dealership=STORE).name)
		board = self.board(self.receptionist)
		self.assertEqual([self.anna, self.ben, self.carla], sorted((row["user"] for row in board["line"]), key=[self.anna, self.ben, self.carla].index))
		self.assertEqual({self.anna: "Serving", self.ben: "In Line", self.carla: "In Line"}, {row["user"]: row["state"] for row in board["line"]})

	def test_who_keeps_the_line_is_said(self):
		self.assertTrue(self.board(self.receptionist)["may_manage_line"])
		self.assertFalse(self.board(self.anna)["may_manage_line"])

	def test_the_standard_of_waiting_is_a_setting(self):
		change_settings(waiting_standard_minutes=7)
		self.assertEqual(7, self.board(self.receptionist)["standard_minutes"])
		frappe.clear_document_cache("C4S Settings", "C4S Settings")


class TestLookUpAndBoard(OwnStore, OtherStores, Board, LookUpTestCase):
	"""One class, so that the people are made once."""
