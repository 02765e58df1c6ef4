import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.bookings.tests.factories import at, make_resource, make_store
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.tests.people import as_user, make_user
from crm4s.tests.store_documents import StoreDocumentTests


class TestC4SResource(FrappeTestCase):
	def setUp(self):
		self.store = make_store("BOOK-1")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_a_test_drive_car_is_a_car_of_the_store_and_has_its_name_and_model(self):
		resource = make_resource(self.store)
		car = frappe.get_doc("C4S Vehicle", resource.vehicle)
		self.assertEqual((f"{car.plate_number or car.vin} · {frappe.db.get_value('C4S Vehicle Model', car.model, 'model_title')}", car.model), (resource.resource_name, resource.model))

	def test_a_car_without_car_is_refused(self):
		with self.assertRaisesRegex(frappe.MandatoryError, "Enter in Vehicle which car this is"):
			make_resource(self.store, vehicle=None)

	def test_a_car_of_another_store_is_refused(self):
		car = make_vehicle(dealership=make_store("BOOK-2"))
		with self.assertRaisesRegex(frappe.ValidationError, "The car stands at another store"):
			make_resource(self.store, vehicle=car.name)

	def test_a_car_is_one_resource_only(self):
		first = make_resource(self.store)
		with self.assertRaisesRegex(frappe.UniqueValidationError, f"Vehicle {first.vehicle} is resource .*{first.name}.* already"):
			make_resource(self.store, vehicle=first.vehicle, kind="Courtesy Car")

	def test_a_person_is_one_resource_and_gives_it_the_name(self):
		user = make_user("Technician")
		resource = make_resource(self.store, kind="Technician", user=user)
		self.assertEqual(frappe.db.get_value("User", user, "full_name"), resource.resource_name)
		with self.assertRaisesRegex(frappe.UniqueValidationError, "is resource"):
			make_resource(self.store, kind="Sales Consultant", user=user)

	def test_a_bay_has_neither_car_nor_person_but_a_name(self):
		bay = make_resource(self.store, kind="Bay", resource_name="1号工位", user="Administrator")
		self.assertIsNone(bay.user)
		with self.assertRaisesRegex(frappe.MandatoryError, "Give the resource a name"):
			make_resource(self.store, kind="Bay")

	def test_disabling_says_what_is_still_booked(self):
		resource = make_resource(self.store)
		frappe.get_doc(
			{"doctype": "C4S Booking", "resource": resource.name, "starts_at": at(10), "ends_at": at(11), "dealership": self.store}
		).insert()
		frappe.clear_messages()
		resource.update({"enabled": 0}).save()
		self.assertIn("has 1 bookings ahead", str(frappe.message_log))

	def test_a_booked_resource_stays_at_its_store(self):
		bay = make_resource(self.store, kind="Bay", resource_name="1号工位")
		booking = {"doctype": "C4S Booking", "resource": bay.name, "starts_at": at(10), "ends_at": at(11)}
		frappe.get_doc(booking | {"dealership": self.store}).insert()
		bay.dealership = make_store("BOOK-2")
		with self.assertRaisesRegex(frappe.ValidationError, "1号工位 is booked at its store"):
			bay.save()

	def test_consultants_see_resources_and_managers_keep_them(self):
		resource = make_resource(self.store)
		for role, may_write in (("Sales Consultant", False), ("Sales Manager", True), ("Workshop Manager", True)):
			with self.subTest(role), as_user(make_user(role, [self.store])):
				self.assertTrue(frappe.has_permission("C4S Resource", "read", resource.name))
				self.assertEqual(may_write, frappe.has_permission("C4S Resource", "write", resource.name))


class TestIsolation(StoreDocumentTests, FrappeTestCase):
	doctype = "C4S Resource"
	role = "Sales Manager"

	def make_document_of(self, store: str):
		return make_resource(store, kind="Bay", resource_name="1号工位")
