"""Worked examples of the service reports, by hand."""

from datetime import date
from unittest import TestCase

import pandas as pd

from crm4s.reports.appointments import appointments
from crm4s.reports.bay_use import bay_use, total_of
from crm4s.reports.comebacks import comebacks
from crm4s.reports.due_forecast import OVERDUE, due_forecast, monday_of, week_of
from crm4s.reports.packages_sold import packages_sold


class TestBayUse(TestCase):
	def days(self, *rows) -> pd.DataFrame:
		return pd.DataFrame(rows, columns=["key", "open", "booked", "worked"])

	def test_what_is_neither_booked_nor_worked_is_idle(self):
		(row,) = bay_use(self.days(("b", 600, 240, 300), ("b", 600, 0, 0)))
		self.assertEqual((2, 20.0, 4.0, 5.0, 15.0, 20.0, 25.0, 75.0), tuple(row[name] for name in ("bay_days", "open", "booked", "worked", "idle", "booked_percent", "worked_percent", "idle_percent")))

	def test_work_after_closing_makes_no_day_longer(self):
		(row,) = bay_use(self.days(("b", 600, 0, 720), ("b", 600, 300, 0)))
		self.assertEqual((5.0, 60.0, 25.0), (row["idle"], row["worked_percent"], row["idle_percent"]))

	def test_a_day_off_is_none(self):
		days = self.days(("b", 0, 0, 0))
		self.assertEqual([], bay_use(days))
		self.assertEqual((0, None), (total_of(days)["bay_days"], total_of(days)["worked_percent"]))


class TestComebacks(TestCase):
	def test_a_visit_that_came_back_twice_is_one_of_the_visits(self):
		found = [{"key": "li", "returned": 2, "comebacks": 3, "seconds": 5 * 86_400, "internal_cost": 120.5}]
		li, wang = comebacks({"wang": 30, "li": 40}, found)
		self.assertEqual(("li", 40, 2, 3, 5.0, 2.5, 120.5), tuple(li[name] for name in ("key", "visits", "returned", "comebacks", "rate_percent", "days", "internal_cost")))
		self.assertEqual((0.0, None), (wang["rate_percent"], wang["days"]))


class TestPackagesSold(TestCase):
	GROUP = {"key": "m", "sold": 4, "visits": 3, "amount": 1000, "discount": 50, "cost": 600}

	def test_amount_margin_and_how_many_visits_took_one(self):
		(row,) = packages_sold([self.GROUP], {"m": 12})
		self.assertEqual((250.0, 400.0, 40.0, 25.0), tuple(row[name] for name in ("amount_each", "margin", "margin_percent", "attached_percent")))

	def test_a_package_has_no_share_of_visits(self):
		self.assertIsNone(packages_sold([self.GROUP])[0]["attached_percent"])


class TestDueForecast(TestCase):
	def test_weeks_begin_on_monday(self):
		self.assertEqual(date(2026, 11, 23), monday_of(date(2026, 11, 29)))
		self.assertEqual((date(2026, 12, 7), date(2026, 12, 13)), week_of(2, date(2026, 11, 23)))

	def test_parts_are_joined_and_a_week_without_cars_shows_noughts(self):
		cars = [{"key": 1, "service": 8, "expected": 5}, {"key": OVERDUE, "service": 3, "expected": 1}]
		rows = due_forecast([cars, [{"key": 1, "booked": 2}], [{"key": 0, "insurance": 4}]], [OVERDUE, 0, 1])
		self.assertEqual([(3, 1, 0, 0.0), (0, 0, 0, None), (8, 5, 2, 40.0)], [tuple(row[name] for name in ("service", "expected", "booked", "booked_percent")) for row in rows])
		self.assertEqual(4, rows[1]["insurance"])


class TestAppointments(TestCase):
	def test_who_came_and_how_many_visits_had_an_appointment(self):
		group = {"key": "s", "planned": 10, "arrived": 6, "no_show": 2, "cancelled": 1, "waiting": 1, "on_time": 3, "lead_seconds": 30 * 86_400}
		(row,) = appointments([group], [{"key": "s", "visits": 20, "with_appointment": 6}])
		self.assertEqual((25.0, 50.0, 10.0, 3.0, 30.0), tuple(row[name] for name in ("no_show_percent", "on_time_percent", "cancelled_percent", "lead_days", "appointment_percent")))

	def test_a_store_without_appointments_shows_its_visits(self):
		(row,) = appointments([], [{"key": "s", "visits": 4, "with_appointment": 0}])
		self.assertEqual((0, None, None, 0.0), tuple(row[name] for name in ("planned", "no_show_percent", "lead_days", "appointment_percent")))
