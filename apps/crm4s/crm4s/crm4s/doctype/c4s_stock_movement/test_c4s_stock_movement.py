from unittest import TestCase

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import add_to_date, now_datetime

from crm4s.crm4s.doctype.c4s_brand.test_c4s_brand import make_brand
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_stock_movement.c4s_stock_movement import possible_movements
from crm4s.crm4s.doctype.c4s_stock_movement.transitions import movements_from, status_after
from crm4s.crm4s.doctype.c4s_vehicle.test_c4s_vehicle import make_vehicle
from crm4s.crm4s.doctype.c4s_vehicle_model.test_c4s_vehicle_model import make_model
from crm4s.exceptions import AppendOnlyError, StockMovementError
from crm4s.tests.at_once import at_once, refused
from crm4s.tests.people import as_user, make_user


def move(vehicle, *movements: str, **values):
	"""Make these movements one after another; return the last."""
	for movement in movements:
		row = frappe.get_doc({"doctype": "C4S Stock Movement", "vehicle": vehicle.name, "movement": movement, **values}).insert()
	return row


def status(vehicle) -> str:
	return frappe.db.get_value("C4S Vehicle", vehicle.name, "status")


class TestTransitions(TestCase):
	def test_an_allocated_new_car_is_delivered_and_a_used_one_resold(self):
		self.assertEqual("Delivered", status_after("Delivered", "Allocated", "In Stock"))
		self.assertIsNone(status_after("Resold", "Allocated", "In Stock"))
		self.assertEqual("Resold", status_after("Resold", "Allocated", "Used Stock"))
		self.assertIsNone(status_after("Delivered", "Allocated", "Used Stock"))

	def test_a_released_car_is_what_it_was(self):
		self.assertEqual("In Stock", status_after("Released", "Allocated", "In Stock"))
		self.assertEqual("Used Stock", status_after("Released", "Allocated", "Used Stock"))

	def test_nothing_becomes_of_a_scrapped_car(self):
		self.assertEqual([], movements_from("Scrapped"))

	def test_a_car_with_a_customer_is_not_transferred(self):
		self.assertNotIn("Transferred", movements_from("In Use"))


class TestC4SStockMovement(FrappeTestCase):
	def setUp(self):
		make_dealership("T-EAST")
		make_dealership("T-WEST")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def in_stock(self, **overrides):
		return make_vehicle(entered_as="In Stock", dealership="T-EAST", **overrides)

	def test_a_car_lives_from_order_to_resale(self):
		car = make_vehicle(entered_as="Ordered", dealership="T-EAST")
		move(car, "Shipped", "Arrived", "Allocated", "Delivered", "Put Into Use", "Traded In")
		move(car, "Reconditioning Started", "Reconditioning Finished", "Allocated", "Resold")
		self.assertEqual("Resold", status(car))
		log = frappe.get_all("C4S Stock Movement", {"vehicle": car.name}, pluck="to_status", order_by="moved_on, creation")
		self.assertEqual(
			["Ordered", "In Transit", "In Stock", "Allocated", "Delivered", "In Use"]
			+ ["Traded In", "In Reconditioning", "Used Stock", "Allocated", "Resold"],
			log,
		)

	def test_a_car_is_allocated_once(self):
		car = self.in_stock()
		move(car, "Allocated")
		with self.assertRaisesRegex(
			StockMovementError, "is Allocated; the movement Allocated is not possible now. Possible are: Transferred, Released, Delivered"
		):
			move(car, "Allocated")
		move(car, "Released")
		move(car, "Allocated")

	def test_a_car_is_not_delivered_without_being_allocated(self):
		with self.assertRaisesRegex(StockMovementError, "the movement Delivered is not possible now"):
			move(self.in_stock(), "Delivered")

	def test_a_car_is_not_entered_twice(self):
		with self.assertRaisesRegex(StockMovementError, "the movement Entry is not possible now"):
			move(self.in_stock(), "Entry")

	def test_a_car_does_not_leave_the_status_ordered_without_vin(self):
		car = make_vehicle(entered_as="Ordered", vin=None, dealership="T-EAST")
		with self.assertRaisesRegex(StockMovementError, "Enter the VIN of the car before it leaves the status Ordered"):
			move(car, "Arrived")

	def test_a_transfer_moves_the_car_and_not_its_status(self):
		car = self.in_stock(arrived_on="2025-02-03")
		row = move(car, "Transferred", to_dealership="T-WEST")
		self.assertEqual(("T-EAST", "T-WEST"), (row.from_dealership, row.to_dealership))
		self.assertEqual(
			("In Stock", "T-WEST", "2025-02-03"),
			tuple(map(str, frappe.db.get_value("C4S Vehicle", car.name, ["status", "dealership", "in_stock_since"]))),
		)

	def test_a_transfer_goes_somewhere_else(self):
		with self.assertRaisesRegex(StockMovementError, "must be another one than that where the car stands"):
			move(self.in_stock(), "Transferred")

	def test_a_car_goes_to_an_outlet(self):
		make_dealership("T-REGION", node_kind="Region")
		with self.assertRaisesRegex(StockMovementError, "A car stands at an outlet, not at a group or region"):
			move(self.in_stock(), "Transferred", to_dealership="T-REGION")

	def test_handing_over_ends_the_time_in_stock_and_begins_the_warranty(self):
		car = self.in_stock(arrived_on="2025-01-10")
		move(car, "Allocated", "Delivered", moved_on="2025-01-31 15:00:00")
		car.reload()
		self.assertIsNone(car.in_stock_since)
		self.assertEqual(("2025-01-31", "2028-01-31"), (str(car.delivered_on), str(car.warranty_until)))

	def test_allocating_and_releasing_does_not_make_a_car_younger_in_stock(self):
		car = self.in_stock(arrived_on="2025-01-10")
		move(car, "Allocated", "Released")
		self.assertEqual("2025-01-10", str(frappe.db.get_value("C4S Vehicle", car.name, "in_stock_since")))

	def test_a_traded_in_car_has_no_owner_any_more(self):
		owner = make_customer("13800138000", "T-EAST").name
		car = make_vehicle(current_owner=owner, dealership="T-EAST")
		move(car, "Traded In")
		car.reload()
		self.assertIsNone(car.current_owner)
		self.assertEqual(str(now_datetime().date()), str(car.parties[0].valid_to))
		car.save()

	def test_a_movement_is_neither_in_the_future_nor_before_the_one_before(self):
		car = self.in_stock(arrived_on="2025-02-03")
		with self.assertRaisesRegex(StockMovementError, "Moved On must not lie in the future"):
			move(car, "Allocated", moved_on=add_to_date(now_datetime(), hours=1))
		with self.assertRaisesRegex(StockMovementError, "Moved On must not be before .*, the time of the movement before"):
			move(car, "Allocated", moved_on="2025-02-02 12:00:00")

	def test_the_log_is_not_changed(self):
		row = move(self.in_stock(), "Allocated")
		row.remark = "改一改"
		with self.assertRaisesRegex(AppendOnlyError, "its rows cannot be changed"):
			row.save()
		with self.assertRaisesRegex(AppendOnlyError, "its rows cannot be deleted"):
			row.delete()

	def test_a_form_that_was_open_before_the_movement_does_not_overwrite_it(self):
		car = self.in_stock()
		open_form = frappe.get_doc("C4S Vehicle", car.name)
		move(car, "Allocated")
		with self.assertRaises(frappe.TimestampMismatchError):
			open_form.save()


class TestWhoMovesCars(FrappeTestCase):
	def setUp(self):
		make_dealership("T-EAST")
		make_dealership("T-WEST")
		self.east = make_user("Sales Manager", ["T-EAST"])

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def test_a_store_moves_its_own_cars_only(self):
		own = make_vehicle(entered_as="In Stock", dealership="T-EAST")
		other = make_vehicle(entered_as="In Stock", dealership="T-WEST")
		with as_user(self.east):
			self.assertEqual("Allocated", move(own, "Allocated").to_status)
			with self.assertRaises(frappe.PermissionError):
				move(other, "Allocated")
			with self.assertRaises(frappe.PermissionError):
				move(other, "Transferred", to_dealership="T-EAST")

	def test_a_customer_trades_in_a_car_that_another_store_looks_after(self):
		customer = make_customer("13800138000", "T-EAST")
		car = make_vehicle(current_owner=customer.name, dealership="T-WEST")
		with as_user(self.east):
			move(car, "Traded In", to_dealership="T-EAST")
		self.assertEqual("T-EAST", frappe.db.get_value("C4S Vehicle", car.name, "dealership"))

	def test_a_stranger_car_is_not_traded_in(self):
		car = make_vehicle(dealership="T-WEST")
		with as_user(self.east), self.assertRaises(frappe.PermissionError):
			move(car, "Traded In", to_dealership="T-EAST")

	def test_both_stores_see_a_transfer(self):
		car = make_vehicle(entered_as="In Stock", dealership="T-WEST")
		entry = frappe.db.get_value("C4S Stock Movement", {"vehicle": car.name})
		transfer = move(car, "Transferred", to_dealership="T-EAST").name
		with as_user(self.east):
			self.assertEqual([transfer], frappe.get_list("C4S Stock Movement", {"vehicle": car.name}, pluck="name"))
			self.assertFalse(frappe.get_doc("C4S Stock Movement", entry).has_permission("read"))
			self.assertTrue(frappe.get_doc("C4S Stock Movement", transfer).has_permission("read"))

	def test_only_those_who_answer_for_stock_write_the_log(self):
		car = make_vehicle(entered_as="In Stock", dealership="T-EAST")
		with as_user(make_user("Sales Consultant", ["T-EAST"])), self.assertRaises(frappe.PermissionError):
			move(car, "Allocated")

	def test_the_form_offers_what_is_possible(self):
		car = make_vehicle(entered_as="In Stock", dealership="T-EAST")
		with as_user(self.east):
			self.assertEqual(["Transferred", "Allocated", "Scrapped"], possible_movements(car.name))


class TestTwoAtOnce(FrappeTestCase):
	def setUp(self):
		make_dealership("T-TWICE")
		model = make_model("T-TWICE", brand=make_brand("T-TWICE").name).name
		self.car = make_vehicle(entered_as="In Stock", dealership="T-TWICE", model=model)
		# Seen by the two other connections, hence taken away by hand afterwards.
		frappe.db.commit()

	def tearDown(self):
		frappe.db.rollback()
		frappe.db.delete("C4S Stock Movement", {"to_dealership": "T-TWICE"})
		for car in frappe.get_all("C4S Vehicle", {"dealership": "T-TWICE"}, pluck="name"):
			frappe.delete_doc("C4S Vehicle", car)
		for doctype in ("C4S Dealership", "C4S Vehicle Model", "C4S Brand"):
			frappe.delete_doc(doctype, "T-TWICE")
		frappe.db.commit()

	def test_two_people_do_not_allocate_one_car_at_the_same_moment(self):
		outcomes = at_once(*[lambda: move(self.car, "Allocated")] * 2)
		self.assertEqual([StockMovementError], [type(refusal) for refusal in refused(outcomes)])
		self.assertEqual(1, frappe.db.count("C4S Stock Movement", {"vehicle": self.car.name, "movement": "Allocated"}))
