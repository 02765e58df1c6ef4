"""Test drives: a free time is booked with its car, a wish becomes a lead."""

import frappe
from frappe.utils import add_days, nowdate

from crm4s.bookings.tests.factories import make_resource, make_store
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_test_drive.test_c4s_test_drive import make_test_drive
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.portal.matters import open_matters
from crm4s.portal.tests.visiting import PortalTestCase, make_viewer


PAGE, DRIVE = "/my/test-drive", "C4S Test Drive"


class TestTestDrives(PortalTestCase):
	def setUp(self):
		super().setUp()
		self.store = make_store("PORTAL-3")
		frappe.db.set_value("C4S Dealership", self.store, "outlet_type", "4S Store")
		self.model = make_model("T-PORTAL", series="门户轿车")
		self.viewer = make_viewer(make_customer("13800138462", store=self.store).name)
		self.tomorrow = add_days(nowdate(), 1)

	def car(self):
		return make_resource(self.store, vehicle=make_vehicle(dealership=self.store, model=self.model.name).name)

	def send(self, action: str, **form):
		return self.post(PAGE, action, self.viewer, model=self.model.name, store=self.store, day=self.tomorrow, **form)

	def test_a_free_time_is_booked_at_once(self):
		car = self.car()
		html = self.get(PAGE, self.viewer, model=self.model.name, store=self.store, day=self.tomorrow).html
		self.assertIn(f"{self.tomorrow}T10:00", html)
		answer = self.send("book", slot=f"{self.tomorrow}T10:00")
		self.assertEqual(303, answer.status, answer.html)
		drive = frappe.get_doc(DRIVE, {"customer": self.viewer.customer})
		self.assertEqual((car.name, "Planned", self.store, self.viewer.user), (drive.resource, drive.status, drive.dealership, drive.owner))
		self.assertTrue(drive.booking and drive.lead)
		self.assertIn(PAGE, [matter.path for matter in open_matters(self.viewer)])
		taken = self.send("book", slot=f"{self.tomorrow}T10:00")
		self.assertEqual(422, taken.status)
		self.assertIn("已被预约", taken.html)

	def test_it_is_cancelled_and_the_car_is_free_again(self):
		self.car()
		self.send("book", slot=f"{self.tomorrow}T10:00")
		drive = frappe.get_doc(DRIVE, {"customer": self.viewer.customer})
		self.assertEqual(303, self.post(PAGE, "cancel", self.viewer, drive=drive.name).status)
		self.assertEqual("Cancelled", frappe.db.get_value(DRIVE, drive.name, "status"))
		self.assertEqual("Released", frappe.db.get_value("C4S Booking", drive.booking, "status"))
		again = self.post(PAGE, "cancel", self.viewer, drive=drive.name)
		self.assertEqual(422, again.status)

	def test_without_a_car_the_wish_goes_to_the_sales_department(self):
		html = self.get(PAGE, self.viewer, model=self.model.name, store=self.store, day=self.tomorrow).html
		self.assertIn('name="part"', html)
		self.assertEqual(422, self.send("wish").status)
		self.assertEqual(303, self.send("wish", part="Morning", words="带家人一起").status)
		lead = frappe.get_doc("C4S Lead", {"customer": self.viewer.customer})
		self.assertEqual(self.model.name, lead.interested_model)
		self.assertIn("带家人一起", lead.needs)

	def test_another_customers_drive_is_not_mine_to_cancel(self):
		theirs = make_test_drive(self.store, customer=make_customer(store=self.store).name)
		self.assertEqual(404, self.post(PAGE, "cancel", self.viewer, drive=theirs.name).status)
		self.assertEqual("Planned", frappe.db.get_value(DRIVE, theirs.name, "status"))
