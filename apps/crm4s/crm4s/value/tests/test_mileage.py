from datetime import date, timedelta
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from crm4s.value.mileage import FROM_MODEL, Point, Reading, daily_rate, distances_since_new, kilometres_per_day

NEW = date(2025, 1, 15)


def every_other_month(*kilometres: int) -> list[Point]:
	return [Point(NEW + timedelta(days=60 * number), figure) for number, figure in enumerate(kilometres)]


class TestDistances(TestCase):
	def test_a_replaced_instrument_goes_on_from_what_the_old_one_showed(self):
		readings = [
			Reading(date(2025, 3, 1), 4000),
			Reading(date(2025, 9, 1), 12000),
			Reading(date(2025, 9, 2), 0, is_reset=True),
			Reading(date(2026, 1, 1), 3000),
		]
		self.assertEqual([4000, 12000, 12000, 15000], [point.kilometres for point in distances_since_new(readings)])


class TestRate(TestCase):
	def test_one_misread_figure_does_not_move_it(self):
		straight = every_other_month(0, 1800, 3600, 5400, 7200, 9000, 10800)
		misread = every_other_month(0, 1800, 3600, 5400, 7200, 10799, 10800)
		self.assertEqual((30.0, 30.0), (kilometres_per_day(straight), kilometres_per_day(misread)))

	def test_the_last_reading_may_be_the_misread_one(self):
		self.assertEqual(30.0, kilometres_per_day(every_other_month(0, 1800, 3600, 5400, 7200, 9000, 20800)))

	def test_two_visits_within_a_week_say_nothing_about_the_driver(self):
		points = [*every_other_month(0, 1800, 3600), Point(NEW + timedelta(days=125), 5600)]
		self.assertLess(kilometres_per_day(points), 50)

	def test_it_is_of_the_last_two_years_only(self):
		points = [Point(date(2021, 1, 1), 0), Point(date(2023, 1, 1), 90000), *every_other_month(100000, 100600, 101200)]
		self.assertEqual(10.0, kilometres_per_day(points))

	def test_it_looks_further_back_where_these_hold_fewer_than_three_points(self):
		points = [Point(date(2016, 1, 1), 0), Point(date(2018, 12, 31), 10950), Point(date(2021, 12, 30), 21900)]
		self.assertEqual(10.0, kilometres_per_day(points))

	def test_it_counts_from_new_where_there_is_one_reading(self):
		self.assertEqual(50.0, kilometres_per_day([Point(date(2025, 4, 25), 5000)], started_on=NEW))

	def test_it_is_unknown_from_one_trip(self):
		self.assertIsNone(kilometres_per_day([Point(date(2025, 3, 1), 1000), Point(date(2025, 3, 4), 2500)]))
		self.assertIsNone(kilometres_per_day([]))

	def test_three_readings_of_one_week_are_no_reason_to_leave_the_model(self):
		week = [Point(NEW + timedelta(days=day), 500 * day) for day in range(3)]
		self.assertEqual((35.0, FROM_MODEL), daily_rate(week, usual=35))

	@given(st.integers(0, 400), st.lists(st.integers(14, 400), min_size=2, max_size=30))
	def test_a_car_that_drives_evenly_has_that_rate(self, rate: int, gaps: list[int]):
		day, points = NEW, [Point(NEW, 0)]
		for gap in gaps:
			day += timedelta(days=gap)
			points.append(Point(day, rate * (day - NEW).days))
		self.assertEqual(float(rate), kilometres_per_day(points))
