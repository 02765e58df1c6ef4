from frappe.tests.utils import FrappeTestCase

from crm4s.tests.store_reports import StoreReportTests, row

test_ignore = ["User"]


class TestAppointments(StoreReportTests, FrappeTestCase):
	report, column, role, refused = "C4S Appointments", "planned", "Service Advisor", "Technician"

	def make(self, store: str) -> None:
		self.appointment(dealership=store)

	def appointment(self, status: str = "Arrived", arrived: str | None = None, **overrides) -> str:
		values = {"dealership": self.one, "kind": "Workshop", "channel": "Phone", "planned_from": "2001-05-31 10:00:00", "creation": "2001-05-29 10:00:00"}
		return row("C4S Service Appointment", **{**values, "status": status, "arrived_on": arrived, **overrides})

	def visit(self, **overrides) -> None:
		row("C4S Service Visit", **{"dealership": self.one, "visit_kind": "Workshop", "status": "Settled", "arrived_on": "2001-05-31 10:10:00", **overrides})

	def test_who_came_who_did_not_and_how_many_visits_had_one(self):
		came = self.appointment(arrived="2001-05-31 10:15:00")
		self.appointment(arrived="2001-05-31 10:16:00")
		self.appointment("No-Show")
		self.appointment("Cancelled")
		self.visit(appointment=came)
		for overrides in ({}, {}, {"visit_kind": "Rescue"}, {"status": "Cancelled"}):
			self.visit(**overrides)
		(month,) = self.rows(dealership=self.one)
		expected = {"label": "2001-05", "planned": 4, "arrived": 2, "no_show": 1, "cancelled": 1, "no_show_percent": 33.3, "on_time_percent": 50.0}
		expected |= {"cancelled_percent": 25.0, "lead_days": 2.0, "visits": 3, "appointment_percent": 33.3}
		self.assertEqual(expected, {name: month[name] for name in expected})

	def test_by_channel_there_are_no_visits_without_one(self):
		self.appointment(channel="Web")
		self.visit()
		answer = self.answer(view="Channel", dealership=self.one)
		self.assertEqual(["Web"], [row["label"] for row in answer["result"]])
		self.assertNotIn("visits", [column["fieldname"] for column in answer["columns"]])

	def test_weekdays_come_in_their_order(self):
		self.appointment(planned_from="2001-06-01 10:00:00")
		self.appointment()
		self.assertEqual(["Thursday", "Friday"], [row["label"] for row in self.rows(view="Weekday", dealership=self.one)])
