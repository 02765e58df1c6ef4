"""The call of the day before: one task, made once, gone when there is nothing to remind of."""

import json

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import nowdate

from crm4s.appointments import api
from crm4s.appointments.reminders import remind_of_tomorrow
from crm4s.bookings.tests.factories import at, make_store
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import make_appointment
from crm4s.tests.people import as_user, make_user
from crm4s.tests.queries import counted_queries

APPOINTMENT = "C4S Service Appointment"


class TestReminders(FrappeTestCase):
	def setUp(self):
		self.store = make_store("SA-RM")
		self.advisor = make_user("Service Advisor", [self.store])
		self.appointment = make_appointment(self.store, service_advisor=self.advisor, vehicle=None, plate_number="沪A12370", contact_name="李静")

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def tasks(self, status: str = "Open") -> list:
		filters = {"reference_type": APPOINTMENT, "reference_name": self.appointment.name, "status": status}
		return frappe.get_all("ToDo", filters, ["allocated_to", "date", "description"])

	def test_the_advisor_gets_one_task_however_often_the_job_runs(self):
		remind_of_tomorrow()
		remind_of_tomorrow()
		task, *more = self.tasks()
		self.assertEqual([], more)
		self.assertEqual((self.advisor, nowdate()), (task.allocated_to, str(task.date)))
		self.assertEqual("Call 沪A12370 · 李静: the car is expected tomorrow at 10:00.", task.description)

	def test_lists_show_whose_call_it_is(self):
		remind_of_tomorrow()
		with as_user(self.advisor):
			mine = frappe.get_list(APPOINTMENT, filters={"_assign": ["like", f"%{self.advisor}%"]}, pluck="name")
			self.assertEqual(1, len(frappe.get_list("ToDo", filters={"reference_name": self.appointment.name})))
		self.assertEqual([self.appointment.name], mine)
		self.assertEqual([self.advisor], json.loads(frappe.db.get_value(APPOINTMENT, self.appointment.name, "_assign")))

	def test_only_those_of_tomorrow_who_are_still_expected(self):
		api.move(self.appointment.name, str(at(10, days=2)))
		remind_of_tomorrow()
		self.assertEqual([], self.tasks())
		api.move(self.appointment.name, str(at(10)))
		api.cancel(self.appointment.name, "改期")
		remind_of_tomorrow()
		self.assertEqual([], self.tasks())

	def test_nobody_is_called_about_what_was_cancelled(self):
		remind_of_tomorrow()
		api.cancel(self.appointment.name, "改期")
		self.assertEqual(([], 1), (self.tasks(), len(self.tasks("Closed"))))

	def test_another_day_is_another_call(self):
		remind_of_tomorrow()
		api.move(self.appointment.name, str(at(10, days=2)))
		self.assertEqual([], self.tasks())
		self.assertIsNone(frappe.db.get_value(APPOINTMENT, self.appointment.name, "reminded_on"))

	def test_another_hour_is_not(self):
		remind_of_tomorrow()
		api.move(self.appointment.name, str(at(15)))
		remind_of_tomorrow()
		self.assertEqual(1, len(self.tasks()))

	def test_without_an_advisor_whoever_booked_calls(self):
		frappe.db.set_value(APPOINTMENT, self.appointment.name, "service_advisor", None)
		remind_of_tomorrow()
		self.assertEqual(["Administrator"], [task.allocated_to for task in self.tasks()])

	def test_more_appointments_ask_no_more_queries(self):
		remind_of_tomorrow()
		for hour in (12, 14, 16):
			make_appointment(self.store, service_advisor=self.advisor, planned_from=at(hour), vehicle=None, plate_number="沪A12371")
		with counted_queries() as many:
			self.assertEqual(3, remind_of_tomorrow())
		self.assertLessEqual(len(many), 9)
