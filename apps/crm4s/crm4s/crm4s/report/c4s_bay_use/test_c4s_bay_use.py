from datetime import datetime

import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.clock import stopped_at
from crm4s.tests.queries import counted_queries
from crm4s.tests.store_reports import StoreReportTests, row

test_ignore = ["User"]
# A Monday to a Sunday.
WEEK = {"from_date": "2001-01-08", "to_date": "2001-01-14"}


class TestBayUse(StoreReportTests, FrappeTestCase):
	report, column, role, refused = "C4S Bay Use", "bay_days", "Workshop Manager", "Technician"
	filters = {"from_date": "2001-01-08", "to_date": "2001-01-08"}

	def make(self, store: str) -> None:
		self.bay(store)

	def bay(self, store: str | None = None) -> str:
		return row("C4S Resource", kind="Bay", resource_name="B1", dealership=store or self.one, enabled=1)

	def hours(self, *weekdays: str) -> None:
		for weekday in weekdays:
			hours = {"parent": self.one, "parenttype": "C4S Dealership", "parentfield": "opening_hours", "weekday": weekday}
			row("C4S Opening Hours", **hours, opens="08:00:00", closes="18:00:00")

	def booked(self, bay: str, begins: str, ends: str, status: str = "Booked") -> None:
		row("C4S Booking", resource=bay, kind="Bay", dealership=self.one, starts_at=begins, ends_at=ends, status=status)

	def worked(self, bay: str, begins: str, minutes: int) -> None:
		job = row("C4S Repair Job", dealership=self.one, bay=bay, started_on=begins, finished_on="2001-01-20", status="Finished")
		row("C4S Work Interval", parent=job, parenttype="C4S Repair Job", parentfield="intervals", started_at=begins, minutes=minutes)

	def test_booked_worked_and_idle_hours_of_what_is_open(self):
		"""Open two days of ten hours. Monday booked 2 h, worked 3 h: 7 idle. Tuesday booked 5 h, worked 1 h: 5 idle."""
		self.hours("Monday", "Tuesday")
		bay = self.bay()
		self.booked(bay, "2001-01-08 09:00:00", "2001-01-08 11:00:00")
		self.booked(bay, "2001-01-08 14:00:00", "2001-01-08 16:00:00", status="Released")
		self.worked(bay, "2001-01-08 09:00:00", 120)
		self.worked(bay, "2001-01-08 13:00:00", 60)
		self.booked(bay, "2001-01-09 08:00:00", "2001-01-09 13:00:00")
		self.worked(bay, "2001-01-09 08:00:00", 60)
		self.worked(bay, "2001-01-15 08:00:00", 60)
		(found,) = self.rows(**WEEK, dealership=self.one)
		expected = {"key": bay, "label": "B1", "bay_days": 2, "open": 20.0, "booked": 7.0, "worked": 4.0, "idle": 12.0, "worked_percent": 20.0, "idle_percent": 60.0}
		self.assertEqual(expected, {name: found[name] for name in expected})
		days = {row["label"]: row["worked"] for row in self.rows(**WEEK, dealership=self.one, view="Day")}
		self.assertEqual({"2001-01-08": 3.0, "2001-01-09": 1.0}, days)
		self.assertEqual(["Monday", "Tuesday"], [row["label"] for row in self.rows(**WEEK, dealership=self.one, view="Weekday")])

	def test_days_to_come_are_no_idle_ones(self):
		self.hours("Monday", "Tuesday")
		self.bay()
		with stopped_at(datetime(2001, 1, 8, 12)):
			self.assertEqual(1, self.total(**WEEK, dealership=self.one))
		with stopped_at(datetime(2001, 1, 7, 12)):
			self.assertEqual([], self.rows(**WEEK, dealership=self.one))

	def test_a_bay_that_is_disabled_keeps_the_days_on_which_it_was_used(self):
		self.hours("Monday", "Tuesday")
		bay = self.bay()
		self.worked(bay, "2001-01-08 09:00:00", 120)
		frappe.db.set_value("C4S Resource", bay, "enabled", 0)
		(found,) = self.rows(**WEEK, dealership=self.one)
		self.assertEqual((1, 2.0), (found["bay_days"], found["worked"]))

	def test_a_holiday_is_no_day_of_the_bay(self):
		self.hours("Monday", "Tuesday")
		self.bay()
		row("C4S Holiday", holiday_name="H", holiday_date="2001-01-08", dealership=self.region, is_open=0)
		self.assertEqual(1, self.total(**WEEK, dealership=self.one))

	def test_more_bays_and_stores_ask_no_more_queries(self):
		self.bay()
		with counted_queries() as few:
			self.rows(dealership=self.region)
		for _number in range(3):
			self.bay()
			self.bay(self.sister)
		with counted_queries() as many:
			self.rows(dealership=self.region)
		self.assertEqual(len(few), len(many))

	def test_a_time_of_more_than_a_year_is_refused(self):
		with self.assertRaisesRegex(frappe.ValidationError, "at most 366 days"):
			self.rows(from_date="2001-01-01", to_date="2002-01-02")
