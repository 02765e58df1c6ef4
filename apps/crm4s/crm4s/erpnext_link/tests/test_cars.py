"""Cars as serial numbers."""

import frappe

from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.erpnext_link import cars, pairs, running
from crm4s.erpnext_link.presence import RECORD
from crm4s.erpnext_link.tests.site import STORE, LinkTestCase


class TestCars(LinkTestCase):
	def send(self, car):
		with running.acting_as(self.plan.user):
			cars.bring_up([car.name], self.plan)
		return frappe.get_doc("Serial No", pairs.of_ours("C4S Vehicle", [car.name], "Serial No")[car.name].their_document)

	def test_model_and_car_are_item_and_serial_number(self):
		car = make_vehicle(dealership=STORE, warranty_until="2030-05-01")
		serial = self.send(car)
		self.assertEqual((car.vin, car.model, self.company, "2030-05-01"), (serial.name, serial.item_code, serial.company, str(serial.warranty_expiry_date)))
		self.assertEqual((1, 1, "Products"), frappe.db.get_value("Item", car.model, ["is_stock_item", "has_serial_no", "item_group"]))

	def test_once_and_the_warranty_follows(self):
		car = make_vehicle(dealership=STORE, warranty_until="2030-05-01")
		self.send(car)
		car.warranty_until = "2031-05-01"
		car.save()
		self.assertEqual("2031-05-01", str(self.send(car).warranty_expiry_date))
		self.assertEqual(1, frappe.db.count(RECORD, {"document": car.name}))

	def test_a_serial_number_that_is_there_is_the_car(self):
		car = make_vehicle(dealership=STORE)
		frappe.get_doc({"doctype": "Item", "item_code": "OLD-MODEL", "item_group": "Products", "has_serial_no": 1, "stock_uom": "Nos"}).insert()
		frappe.get_doc({"doctype": "Serial No", "serial_no": car.vin, "item_code": "OLD-MODEL", "company": self.company}).insert()
		self.assertEqual("OLD-MODEL", self.send(car).item_code)

	def test_all_cars_once_in_slices(self):
		car = make_vehicle(dealership=STORE)
		cars.begin()
		with running.acting_as(self.plan.user):
			cars.carry_on(self.plan, lambda: True)
		self.assertEqual(car.vin, pairs.of_ours("C4S Vehicle", [car.name], "Serial No")[car.name].their_document)
