import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.access.finder import find
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_lead.test_c4s_lead import make_lead
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle, unused_vin
from crm4s.tests.people import as_user, make_user

PHONE, PLATE = "13800138031", "沪A7F319"


class TestFinder(FrappeTestCase):
	"""A customer, his car and a lead of T-EAST, looked for by people of T-EAST and T-WEST."""

	def setUp(self):
		self.addCleanup(frappe.db.rollback)
		self.addCleanup(frappe.set_user, "Administrator")
		make_dealership("T-EAST")
		make_dealership("T-WEST")
		self.customer = make_customer(PHONE, "T-EAST", customer_name="欧阳静宜").name
		self.vin = unused_vin()
		self.vehicle = make_vehicle(vin=self.vin, plate_number=PLATE, dealership="T-EAST").name
		self.lead = make_lead(lead_name="欧阳明", phone="13800138032", dealership="T-EAST").name
		self.user = make_user("Receptionist", ["T-EAST"])

	def found(self, text: str) -> list[str]:
		with as_user(self.user):
			return [row["name"] for row in find(text)]

	def test_a_phone_number_as_people_write_it_finds_whose_it_is(self):
		for text in (PHONE, "138 0013 8031", "+86 13800138031"):
			self.assertEqual([self.customer], self.found(text), text)
		self.assertEqual([self.lead], self.found("13800138032"))

	def test_a_car_is_found_by_plate_and_vin(self):
		for text in (PLATE, "沪a·7f319", "沪A7F", self.vin.lower()):
			self.assertEqual([self.vehicle], self.found(text), text)

	def test_the_beginning_of_a_name_finds_customers_and_leads(self):
		self.assertEqual([self.customer, self.lead], self.found("欧阳"))
		self.assertEqual([self.customer], self.found("欧阳静"))
		self.assertEqual([self.customer], self.found(self.customer.lower()))

	def test_a_letter_or_a_wildcard_is_not_looked_for(self):
		for text in ("", " 欧 ", "%", "__"):
			self.assertNotIn(self.customer, self.found(text), text)

	def test_another_store_finds_nothing(self):
		self.user = make_user("Receptionist", ["T-WEST"])
		for text in (PHONE, "欧阳", PLATE, self.vin, self.customer):
			self.assertEqual([], self.found(text), text)

	def test_phones_are_shown_masked(self):
		with as_user(self.user):
			rows = find("欧阳")
		self.assertEqual(["138****8031 · 上海市", "138****8032 · Open"], [row["detail"] for row in rows])
		self.assertNotIn("13800", str(rows))

	def test_who_may_not_read_customers_finds_cars_and_who_reads_nothing_is_refused(self):
		self.user = make_user("Technician", ["T-EAST"])
		self.assertEqual([self.vehicle], self.found(PLATE))
		self.assertEqual([], self.found(PHONE))
		with as_user(make_user("Auditor", ["T-EAST"])), self.assertRaises(frappe.PermissionError):
			find(PHONE)
