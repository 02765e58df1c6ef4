"""The reminder of the day before: one message or one call, made once, gone when there is nothing to remind of."""

import json
from datetime import timedelta

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import get_datetime, nowdate

from crm4s.appointments import api
from crm4s.appointments.reminders import remind_of_tomorrow
from crm4s.bookings.tests.factories import at, make_store
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import make_appointment
from crm4s.messages.worker import send_due
from crm4s.tests.clock import stopped_at
from crm4s.tests.people import as_user, make_user
from crm4s.tests.queries import counted_queries

APPOINTMENT = "C4S Service Appointment"


class TestCalls(FrappeTestCase):
	"""Without a template somebody calls."""

	def setUp(self):
		frappe.db.set_single_value("C4S Settings", "reminder_template", None)
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

	def test_another_hour_is_another_call_instead_of_the_first(self):
		remind_of_tomorrow()
		api.move(self.appointment.name, str(at(15)))
		remind_of_tomorrow()
		self.assertEqual((1, 1), (len(self.tasks()), len(self.tasks("Closed"))))
		self.assertIn("15:00", self.tasks()[0].description)

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
		self.assertLessEqual(len(many), 10)


class TestMessages(FrappeTestCase):
	"""Who has a file is written to by the channels of the purpose, at last called."""

	def setUp(self):
		frappe.db.delete("C4S Message")
		frappe.db.set_value("C4S Message Channel", {"channel_kind": ["!=", "Desk Task"]}, "enabled", 0)
		self.store = make_store("SA-RN")
		self.advisor = make_user("Service Advisor", [self.store])
		customer = make_customer("+8613801000931", customer_name="王芳", store=self.store).name
		self.appointment = make_appointment(self.store, service_advisor=self.advisor, vehicle=None, plate_number="沪A12372", customer=customer)

	def tearDown(self):
		frappe.set_user("Administrator")
		frappe.db.rollback()

	def messages(self) -> list:
		filters = {"reference_doctype": APPOINTMENT, "reference_name": self.appointment.name}
		fields = ["status", "customer", "purpose", "channels", "not_before", "not_after", "values_json", "reason", "sent_text"]
		return frappe.get_all("C4S Message", filters, fields, order_by="creation")

	def calls(self, status: str = "Open") -> list:
		filters = {"reference_doctype": APPOINTMENT, "reference_name": self.appointment.name, "status": status}
		return frappe.get_all("C4S Care Task", filters, ["name", "assigned_to", "why"])

	def test_one_message_by_the_channels_of_its_purpose_and_no_task(self):
		remind_of_tomorrow()
		remind_of_tomorrow()
		message, *more = self.messages()
		self.assertEqual([], more)
		self.assertEqual(("To Be Sent", self.appointment.customer, "Service Information"), (message.status, message.customer, message.purpose))
		self.assertEqual(["WeCom", "WeChat", "SMS", "E-Mail", "Desk Task"], message.channels.split("\n"))
		self.assertEqual((at(10), str(at(10))), (message.not_after, json.loads(message.values_json)["moment"]))
		self.assertEqual(0, frappe.db.count("ToDo", {"reference_name": self.appointment.name}))

	def test_not_before_the_hour_of_the_settings_nor_right_after_booking(self):
		frappe.db.set_single_value("C4S Settings", "reminder_time", "11:30:00")
		with stopped_at(at(0, days=0) + timedelta(minutes=5)):
			frappe.db.set_value(APPOINTMENT, self.appointment.name, {"creation": at(8, days=-1), "reminded_on": None})
			remind_of_tomorrow()
			frappe.db.set_value(APPOINTMENT, self.appointment.name, {"creation": at(11, days=0), "reminded_on": None})
			remind_of_tomorrow()
		moments = sorted(message.not_before for message in self.messages())
		self.assertEqual([at(11, days=0) + timedelta(minutes=30), at(13, days=0)], moments)

	def test_where_no_message_can_be_sent_the_advisor_calls(self):
		self.remind_now()
		call, *more = self.calls()
		self.assertEqual(([], self.advisor), (more, call.assigned_to))
		self.assertEqual("Received by Customer", self.messages()[0].status)

	def test_what_was_cancelled_is_neither_written_nor_called_about(self):
		remind_of_tomorrow()
		api.cancel(self.appointment.name, "改期")
		self.assertEqual(("Suppressed", "The appointment is closed: Cancelled."), (self.messages()[0].status, self.messages()[0].reason))

	def test_the_call_ends_with_the_appointment(self):
		self.remind_now()
		api.cancel(self.appointment.name, "改期")
		self.assertEqual(([], 1), (self.calls(), len(self.calls("Cancelled"))))

	def test_one_that_was_booked_by_mistake_can_be_deleted(self):
		self.remind_now()
		message = frappe.db.get_value("C4S Message", {"reference_name": self.appointment.name})
		frappe.delete_doc(APPOINTMENT, self.appointment.name)
		self.assertFalse(frappe.db.exists(APPOINTMENT, self.appointment.name))
		self.assertEqual(("Received by Customer", None), frappe.db.get_value("C4S Message", message, ["status", "reference_name"]))

	def test_who_was_reminded_of_another_time_hears_of_the_new_one_and_back(self):
		remind_of_tomorrow()
		for hour in (15, 10):
			api.move(self.appointment.name, str(at(hour)))
			remind_of_tomorrow()
		self.assertEqual(["Suppressed", "Suppressed", "To Be Sent"], [message.status for message in self.messages()])
		self.assertEqual(at(10), get_datetime(json.loads(self.messages()[-1].values_json)["moment"]))

	def test_a_purpose_without_channels_is_a_call_too(self):
		purpose = frappe.get_doc("C4S Contact Purpose", "Service Information")
		purpose.update({"channels": []}).save()
		remind_of_tomorrow()
		self.assertEqual(([], 1), (self.messages(), frappe.db.count("ToDo", {"reference_name": self.appointment.name})))

	def remind_now(self) -> None:
		remind_of_tomorrow()
		frappe.db.set_value("C4S Message", {"reference_name": self.appointment.name}, {"not_before": None, "next_attempt_on": "2020-01-01"})
		send_due()
