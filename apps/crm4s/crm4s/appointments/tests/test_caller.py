"""What the desk learns of whoever calls, and what it does not."""

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_days, nowdate

from crm4s.appointments import api
from crm4s.bookings.tests.factories import at, make_bay, make_store
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import make_appointment
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import make_service_visit
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle, unused_vin
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.tests.people import as_user, make_user
from crm4s.tests.queries import counted_queries

PHONE = "13800138061"


class CallerTestCase(FrappeTestCase):
	def setUp(self):
		self.store = make_store("SA-CALL")
		self.agent = make_user("Customer Service Representative", [self.store])
		self.customer = make_customer(PHONE, store=self.store, customer_name="欧阳静宜").name
		self.car = make_vehicle(plate_number="沪AD12361", current_owner=self.customer, dealership=self.store)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def find(self, text: str, user: str | None = None) -> dict:
		with as_user(user or self.agent):
			return api.caller(self.store, text)


class TestWhoCalls(CallerTestCase):
	def test_phone_plate_vin_and_name_lead_to_the_customer_and_the_car(self):
		for text, kind in ((PHONE, "phone"), ("沪ad·12361", "plate"), (self.car.vin.lower(), "vin"), ("欧阳", "name")):
			found = self.find(text)
			self.assertEqual((kind, [self.customer]), (found["kind"], [row.name for row in found["customers"]]), text)
			self.assertEqual([self.car.name], [car.name for car in found["customers"][0].cars], text)
		self.assertEqual(self.car.name, self.find(self.car.vin)["chosen"])

	def test_the_car_that_was_asked_for_comes_first_then_those_that_are_due(self):
		due = make_vehicle(plate_number="沪AD12362", current_owner=self.customer)
		frappe.db.set_value("C4S Vehicle", due.name, "next_service_on", nowdate())
		frappe.db.set_value("C4S Vehicle", self.car.name, "next_service_on", add_days(nowdate(), 90))
		cars = self.find(PHONE)["customers"][0].cars
		self.assertEqual([("沪AD12362", True), ("沪AD12361", False)], [(car.plate_number, car.is_due) for car in cars])
		self.assertEqual("沪AD12361", self.find("沪AD12361")["customers"][0].cars[0].plate_number)

	def test_what_is_booked_and_what_was_done(self):
		make_bay(self.store)
		appointment = make_appointment(self.store, customer=self.customer, vehicle=self.car.name)
		visit = make_service_visit(dealership=self.store, customer=self.customer, vehicle=self.car.name, concern="异响")
		row = self.find(PHONE)["customers"][0]
		self.assertEqual(([appointment.name], [visit.name]), ([one.name for one in row.appointments], [one.name for one in row.visits]))
		api.cancel(appointment.name, "改期")
		self.assertEqual([], self.find(PHONE)["customers"][0].appointments)

	def test_the_full_number_is_not_shown(self):
		found = self.find("欧阳")
		self.assertNotIn(PHONE, frappe.as_json(found))

	def test_who_sold_the_car_is_not_asked_about_it(self):
		self.car.parties[0].valid_to = add_days(nowdate(), -1)
		self.car.save()
		self.assertEqual([], self.find("沪AD12361")["customers"])

	def test_customers_of_other_stores_are_masked_and_found_by_their_phone_only(self):
		other = make_store("SA-2")
		make_customer("13800138063", store=other, customer_name="诸葛明")
		found = self.find("13800138063")
		self.assertEqual(([], ["诸**"]), (found["customers"], [row["name"] for row in found["group"]]))
		self.assertEqual([], self.find("诸葛")["customers"])

	def test_a_number_that_is_none_says_what_is_wrong(self):
		self.assertIn("phone number", self.find("138001")["problem"].lower())

	def test_who_may_not_book_does_not_ask(self):
		with self.assertRaises(frappe.PermissionError):
			self.find(PHONE, make_user("Technician", [self.store]))
		with self.assertRaises(frappe.PermissionError):
			self.find(PHONE, make_user("Service Advisor", [make_store("SA-2")]))

	def test_more_cars_and_visits_ask_no_more_queries(self):
		self.find(PHONE)
		with counted_queries() as few:
			self.find(PHONE)
		for number in range(3):
			car = make_vehicle(plate_number=f"沪AD1237{number}", current_owner=self.customer)
			make_service_visit(dealership=self.store, customer=self.customer, vehicle=car.name)
		with counted_queries() as many:
			self.assertEqual(4, len(self.find(PHONE)["customers"][0].cars))
		self.assertEqual(len(few), len(many))


class TestNewCallers(CallerTestCase):
	def enter(self, **values) -> dict:
		with as_user(self.agent):
			return api.enter_caller(self.store, **values)

	def test_a_new_caller_gets_a_file_and_is_booked_by_the_plate(self):
		make_bay(self.store)
		entered = self.enter(customer_name="李静", phone="13800138064", plate_number="沪A12363")
		self.assertIsNone(entered["vehicle"])
		with as_user(self.agent):
			answer = api.make({"dealership": self.store, "customer": entered["customer"], "plate_number": "沪A12363", "planned_from": str(at(10))})
		self.assertEqual("1号工位", answer["bay"])

	def test_a_caller_who_is_known_already_keeps_the_file(self):
		self.assertEqual(self.customer, self.enter(customer_name="欧阳", phone=PHONE)["customer"])

	def test_a_car_of_the_store_is_recognised_by_its_plate(self):
		self.assertEqual(self.car.name, self.enter(customer_name="李静", phone="13800138064", plate_number="沪ad12361")["vehicle"])

	def test_a_car_of_another_store_is_not(self):
		make_vehicle(plate_number="沪A12364", dealership=make_store("SA-2"))
		self.assertIsNone(self.enter(customer_name="李静", phone="13800138064", plate_number="沪A12364")["vehicle"])

	def test_the_car_that_is_read_at_reception_is_the_known_one(self):
		make_bay(self.store)
		appointment = make_appointment(self.store, customer=self.customer, vehicle=None, plate_number="沪AD12361")
		with as_user(self.agent):
			self.assertEqual(self.car.name, api.enter_car(appointment.name, self.car.vin))

	def test_a_car_of_strangers_is_not_taken_by_its_vin(self):
		make_bay(self.store)
		vin = unused_vin()
		make_vehicle(vin=vin, dealership=make_store("SA-2"))
		appointment = make_appointment(self.store, customer=self.customer, vehicle=None, plate_number="沪A12365")
		with as_user(self.agent), self.assertRaises(frappe.PermissionError):
			api.enter_car(appointment.name, vin)


class TestProposals(CallerTestCase):
	def test_the_next_service_is_proposed_with_the_time_and_price_of_the_plan(self):
		plan = [{"item": "小保养", "first_km": 5000, "every_km": 5000, "labour_hours": 0.75, "price": 480}]
		model = make_model("T-PLAN", maintenance_plan=plan).name
		car = make_vehicle(model=model, dealership=self.store, current_owner=self.customer)
		with as_user(self.agent):
			proposed = [row for row in api.propose(car.name) if not row["package"]]
		self.assertEqual([("小保养", 45, 480)], [(row["title"], row["minutes"], row["price"]) for row in proposed])
		self.assertIn("5,000 km", proposed[0]["reason"])
		self.assertEqual(45, proposed[0]["lines"][0]["minutes"])

	def test_a_car_that_the_store_does_not_see_is_not_told_about(self):
		car = make_vehicle(dealership=make_store("SA-2"))
		with as_user(self.agent), self.assertRaises(frappe.PermissionError):
			api.propose(car.name)
