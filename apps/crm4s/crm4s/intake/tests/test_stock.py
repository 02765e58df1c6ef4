"""Rows of the stock log taken in: the same as entered in the desk, refused in the same words, in whatever order they come."""

import frappe
from frappe.utils import add_to_date, now_datetime

from crm4s.intake.result import CREATED, REJECTED, UNCHANGED
from crm4s.intake.stock import take_in_stock
from crm4s.intake.tests.factories import OTHER_STORE, STORE, VIN, frame, make_model, stored, stored_rows
from crm4s.intake.tests.test_equality import make_customers, make_vehicle
from crm4s.intake.tests.test_intake import IntakeTestCase
from crm4s.intake.vehicles import take_in_vehicles
from crm4s.tests.people import as_user, make_user

VEHICLE, MOVEMENT, PARTY = "C4S Vehicle", "C4S Stock Movement", "C4S Vehicle Party"


def make_car(**values) -> str:
	"""A car on order, with its entry in the log a long time ago."""
	car = {"external_key": "c:v", "vin": VIN, "model": make_model(), "dealership": STORE, "entered_as": "Ordered", "ordered_on": "2025-01-05"}
	outcome = take_in_vehicles(frame({**car, **values}), commit=False)
	return outcome.names["c:v"]


class TestStock(IntakeTestCase):
	def take(self, *movements: dict):
		return take_in_stock(frame(*({"external_key": f"t:{number}", **row} for number, row in enumerate(movements))), commit=False)

	def rows(self, car: str) -> tuple:
		log = [{**row, "creation": None} for row in stored_rows(MOVEMENT, vehicle=car)]
		return stored(VEHICLE, car), sorted(log, key=lambda row: row["moved_on"]), stored_rows(PARTY, parent=car)

	def assert_same(self, car: str, *movements: dict):
		movements = [{"vehicle": car, **row} for row in movements]
		frappe.db.savepoint("desk")
		for movement in movements:
			frappe.get_doc({"doctype": MOVEMENT, **movement}).insert()
		desk = self.rows(car)
		frappe.db.rollback(save_point="desk")
		frappe.clear_document_cache(VEHICLE, car)
		self.assert_counts(self.take(*movements), created=len(movements))
		self.assertEqual(desk, self.rows(car))

	def assert_refused_alike(self, car: str, field: str, movement: dict):
		with self.assertRaises(frappe.ValidationError) as desk:
			frappe.get_doc({"doctype": MOVEMENT, "vehicle": car, **movement}).insert()
		frappe.clear_messages()
		outcome = self.take({"external_key": "t:refused", "vehicle": car, **movement})
		self.assert_counts(outcome, rejected=1)
		self.assertEqual((field, str(desk.exception)), (outcome.rejected[0].field, outcome.rejected[0].message))

	def test_a_car_from_the_order_to_its_customer(self):
		self.assert_same(
			make_car(),
			{"movement": "Shipped", "moved_on": "2025-02-01 08:00:00", "reference": "船 7"},
			{"movement": "Arrived", "moved_on": "2025-03-01 08:00:00"},
			{"movement": "Transferred", "to_dealership": OTHER_STORE, "moved_on": "2025-03-05 08:00:00"},
			{"movement": "Allocated", "moved_on": "2025-04-01 08:00:00"},
			{"movement": "Released", "moved_on": "2025-04-02 08:00:00"},
			{"movement": "Allocated", "moved_on": "2025-04-03 08:00:00"},
			{"movement": "Delivered", "moved_on": "2025-04-05 08:00:00", "remark": "全款"},
		)

	def test_a_car_that_is_traded_in_and_sold_again(self):
		self.assert_same(
			make_vehicle(make_customers(1)[0]),
			{"movement": "Traded In", "moved_on": add_to_date(now_datetime(), minutes=5).replace(microsecond=0)},
			{"movement": "Taken Into Used Stock", "moved_on": add_to_date(now_datetime(), minutes=6).replace(microsecond=0)},
		)

	def test_refusals_are_those_of_the_desk(self):
		car = make_car()
		self.assert_refused_alike(car, "movement", {"movement": "Delivered", "moved_on": "2025-02-01 08:00:00"})
		self.assert_refused_alike(car, "movement", {"movement": "Entry", "moved_on": "2025-02-01 08:00:00"})
		self.assert_refused_alike(car, "moved_on", {"movement": "Shipped", "moved_on": "2025-01-04 08:00:00"})
		self.assert_refused_alike(car, "moved_on", {"movement": "Shipped", "moved_on": "2999-01-04 08:00:00"})
		self.take({"vehicle": car, "movement": "Arrived", "moved_on": "2025-02-01"})
		move = {"movement": "Transferred", "moved_on": "2025-02-02"}
		self.assert_refused_alike(car, "to_dealership", {**move, "to_dealership": STORE})

	def test_a_car_without_vin_stays_on_order(self):
		car = make_car(vin=None)
		self.assert_refused_alike(car, "vehicle", {"movement": "Shipped", "moved_on": "2025-02-01 08:00:00"})

	def test_movements_are_taken_in_the_order_of_their_times(self):
		car = make_car()
		outcome = self.take(
			{"vehicle_key": "c:v", "movement": "Arrived", "moved_on": "2025-03-01"},
			{"vehicle_vin": VIN, "movement": "Shipped", "moved_on": "2025-02-01"},
		)
		self.assert_counts(outcome, created=2)
		self.assertEqual(["t:0", "t:1"], [result.key for result in outcome.results])
		self.assertEqual("In Stock", frappe.db.get_value(VEHICLE, car, "status"))

	def test_the_same_rows_again_change_nothing_and_others_rewrite_nothing(self):
		car = make_car()
		row = {"vehicle": car, "movement": "Shipped", "moved_on": "2025-02-01"}
		self.take(row)
		before = self.rows(car)
		self.assertEqual([UNCHANGED], [result.state for result in self.take(row).results])
		refused = self.take({**row, "movement": "Arrived"})
		self.assert_rejected(refused, "external_key", "is a log; its rows cannot be changed")
		self.assertEqual(before, self.rows(car))

	def test_a_movement_that_cannot_be_does_not_stop_the_next(self):
		make_car()
		outcome = self.take(
			{"vehicle_key": "c:v", "movement": "Resold", "moved_on": "2025-02-01"},
			{"vehicle_key": "c:v", "movement": "Arrived", "moved_on": "2025-02-02"},
		)
		self.assertEqual([REJECTED, CREATED], [result.state for result in outcome.results])

	def test_a_system_moves_the_cars_of_its_stores_only(self):
		car = make_car(dealership=OTHER_STORE)
		with as_user(make_user("DMS Integration", [STORE])):
			outcome = self.take({"vehicle": car, "movement": "Shipped", "moved_on": "2025-02-01"})
		self.assertEqual([("vehicle", None)], [(result.field, result.name) for result in outcome.results])
