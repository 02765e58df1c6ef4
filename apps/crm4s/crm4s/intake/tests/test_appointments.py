"""Appointments of another system: they take our bays as ours do, or hear what is free next."""

import frappe
from frappe.utils import now_datetime

from crm4s.bookings.tests.factories import at, make_bay, make_store
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import labour, make_appointment
from crm4s.intake.appointments import take_in_appointments
from crm4s.intake.result import UNCHANGED
from crm4s.intake.tests.factories import frame, make_model, stored, stored_rows
from crm4s.intake.tests.test_equality import make_customers, make_vehicle
from crm4s.intake.tests.test_intake import IntakeTestCase
from crm4s.tests.people import as_user, make_user

APPOINTMENT, BOOKING, ITEM = "C4S Service Appointment", "C4S Booking", "C4S Appointment Item"
OF_BOOKINGS = {"bay_booking", "technician_booking"}


class TestAppointments(IntakeTestCase):
	def setUp(self):
		super().setUp()
		make_model()
		self.store = make_store("SA-1")
		self.bay = make_bay(self.store)
		self.customer = make_customers(1)[0]
		self.car = make_vehicle(self.customer)

	def record(self, **values) -> dict:
		return {"dealership": self.store, "customer": self.customer, "vehicle": self.car, "planned_from": str(at(10)), **values}

	def take(self, *records: dict, items=(), **options):
		rows = frame(*({"external_key": "t:1", **row} for row in items)) if items else None
		return take_in_appointments(frame(*({"external_key": "t:1", **self.record(**row)} for row in records)), rows, commit=False, **options)

	def rows(self, name: str) -> tuple:
		own = {field: value for field, value in stored(APPOINTMENT, name).items() if field not in OF_BOOKINGS}
		return own, stored_rows(ITEM, parent=name), [{**row, "reference_name": None} for row in stored_rows(BOOKING, reference_name=name)]

	def test_an_appointment_is_the_one_that_the_desk_would_have_made(self):
		values = {"concern": "异响", "channel": "Phone"}
		frappe.db.savepoint("desk")
		desk = self.rows(make_appointment(self.store, **{**self.record(**values), "planned_from": at(10)}, items=[labour(90)]).name)
		frappe.db.rollback(save_point="desk")
		outcome = self.take(values, items=[labour(90)])
		self.assert_counts(outcome, created=1)
		self.assertEqual(desk, self.rows(outcome.names["t:1"]))
		self.assertEqual([UNCHANGED], [result.state for result in self.take(values, items=[labour(90)]).results])

	def test_of_two_on_the_last_bay_the_second_hears_what_is_free(self):
		car = make_appointment(self.store, planned_from=at(14), customer=self.customer, vehicle=None, plate_number="沪B12345")
		outcome = self.take({}, {"external_key": "t:2", "vehicle": None, "plate_number": "沪C12345"}, {"external_key": "t:3", "planned_from": str(at(16))})
		self.assertTrue(car.name)
		refused = outcome.rejected[0]
		self.assertEqual(("t:2", "planned_from"), (refused.key, refused.field))
		self.assertIn("is taken; next free:", refused.message)
		self.assertEqual({"t:1", "t:3"}, set(outcome.names))

	def test_it_is_moved_and_cancelled_and_its_bay_is_free_again(self):
		name = self.take({}).names["t:1"]
		self.assert_counts(self.take({"planned_from": str(at(15))}), updated=1)
		booked = frappe.db.get_value(BOOKING, {"reference_name": name, "resource": self.bay.name}, ["starts_at", "status"])
		self.assertEqual((at(15), "Booked"), booked)
		self.take({"planned_from": str(at(15)), "status": "Cancelled"})
		self.assertEqual(("Cancelled", "Cancelled in the connected system."), frappe.db.get_value(APPOINTMENT, name, ["status", "cancel_reason"]))
		self.assertFalse(frappe.db.exists(BOOKING, {"reference_name": name, "status": "Booked"}))
		self.assertEqual([UNCHANGED], [result.state for result in self.take({"planned_from": str(at(15)), "status": "Cancelled"}).results])

	def test_who_did_not_come_takes_no_bay(self):
		name = self.take({"planned_from": "2026-01-05 10:00", "status": "No-Show"}).names["t:1"]
		self.assertFalse(frappe.db.exists(BOOKING, {"reference_name": name}))

	def test_a_car_that_arrived_names_its_visit(self):
		self.assertIn("opens its service visit", self.take({"status": "Arrived"}).rejected[0].message)
		visit = frappe.get_doc(
			{"doctype": "C4S Service Visit", "dealership": self.store, "customer": self.customer, "vehicle": self.car, "arrived_on": now_datetime()}
		).insert()
		outcome = self.take({"status": "Arrived", "service_visit": visit.name})
		self.assertEqual(("Arrived", visit.name), frappe.db.get_value(APPOINTMENT, outcome.names["t:1"], ["status", "service_visit"]))

	def test_a_trial_leaves_nothing(self):
		self.assertEqual([None], [result.name for result in self.take({}, dry_run=True).results])
		self.assertFalse(frappe.db.exists(APPOINTMENT, {"external_key": "t:1"}))

	def test_a_system_books_in_its_stores_only(self):
		with as_user(make_user("DMS Integration", ["INTAKE-1"])):
			self.assertEqual(["dealership"], [result.field for result in self.take({}).rejected])
