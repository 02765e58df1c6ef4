"""Who has not come is missed, by the clock and only once."""

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.appointments import api
from crm4s.appointments.no_shows import mark_no_shows
from crm4s.bookings.tests.factories import at, make_store
from crm4s.crm4s.doctype.c4s_service_appointment.test_c4s_service_appointment import make_appointment, make_technician
from crm4s.crm4s.doctype.c4s_settings.test_c4s_settings import change_settings
from crm4s.tests.clock import stopped_at

APPOINTMENT = "C4S Service Appointment"


class TestNoShows(FrappeTestCase):
	def setUp(self):
		self.store = make_store("SA-NS")
		make_technician(self.store)
		change_settings(no_show_minutes=30)
		self.appointment = make_appointment(self.store)

	def tearDown(self):
		frappe.db.rollback()
		frappe.clear_document_cache("C4S Settings", "C4S Settings")

	def mark_at(self, hour: int, minute: int = 0) -> str:
		with stopped_at(at(hour, minute)):
			mark_no_shows()
		return frappe.db.get_value(APPOINTMENT, self.appointment.name, "status")

	def test_a_customer_is_missed_when_the_minutes_have_passed(self):
		self.assertEqual("Booked", self.mark_at(10, 30))
		self.assertEqual("No-Show", self.mark_at(10, 31))
		self.assertEqual(at(10, 31), frappe.db.get_value(APPOINTMENT, self.appointment.name, "ended_on"))

	def test_without_minutes_a_customer_is_missed_at_closing_time(self):
		change_settings(no_show_minutes=0)
		self.assertEqual("Booked", self.mark_at(17, 59))
		self.assertEqual("No-Show", self.mark_at(18))

	def test_at_closing_time_nobody_is_waited_for(self):
		api.move(self.appointment.name, str(at(17)))
		change_settings(no_show_minutes=120)
		self.assertEqual("Booked", self.mark_at(17, 59))
		self.assertEqual("No-Show", self.mark_at(18))

	def test_what_was_taken_is_free(self):
		self.mark_at(11)
		self.assertEqual([], frappe.get_all("C4S Booking", {"reference_name": self.appointment.name, "status": "Booked"}))
		self.appointment.reload()
		self.assertEqual((None, None), (self.appointment.bay_booking, self.appointment.technician_booking))

	def test_a_second_run_changes_nothing(self):
		self.mark_at(11)
		before = frappe.db.get_value(APPOINTMENT, self.appointment.name, ["status", "ended_on", "modified"])
		self.mark_at(12)
		self.assertEqual(before, frappe.db.get_value(APPOINTMENT, self.appointment.name, ["status", "ended_on", "modified"]))

	def test_who_has_come_or_cancelled_is_not_missed(self):
		api.cancel(self.appointment.name, "改期")
		self.assertEqual("Cancelled", self.mark_at(18))
