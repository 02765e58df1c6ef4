from datetime import date
from unittest import TestCase

from crm4s.value.maintenance import (
	DISTANCE,
	TIME,
	PlanItem,
	Point,
	Reading,
	add_months,
	distances_since_new,
	due_of,
	kilometres_per_day,
	next_due,
)

OIL = PlanItem("机油机滤", first_km=5000, first_months=6, every_km=10000, every_months=12)
NEW = date(2025, 1, 15)
DELIVERED = Point(NEW, 0)


class TestMonths(TestCase):
	def test_a_month_that_is_shorter_gives_its_last_day(self):
		self.assertEqual(date(2024, 2, 29), add_months(date(2023, 8, 31), 6))
		self.assertEqual(date(2026, 1, 31), add_months(date(2025, 12, 31), 1))


class TestDistances(TestCase):
	def test_a_replaced_instrument_goes_on_from_what_the_old_one_showed(self):
		readings = [
			Reading(date(2025, 3, 1), 4000),
			Reading(date(2025, 9, 1), 12000),
			Reading(date(2025, 9, 2), 0, is_reset=True),
			Reading(date(2026, 1, 1), 3000),
		]
		self.assertEqual([4000, 12000, 12000, 15000], [point.kilometres for point in distances_since_new(readings)])

	def test_rate_is_of_the_last_year_only(self):
		points = [Point(date(2023, 1, 1), 0), Point(date(2025, 1, 1), 60000), Point(date(2026, 1, 1), 67300)]
		self.assertEqual(20.0, kilometres_per_day(points))

	def test_rate_counts_from_new_where_there_is_one_reading(self):
		self.assertEqual(50.0, kilometres_per_day([Point(date(2025, 4, 25), 5000)], started_on=NEW))

	def test_rate_is_unknown_from_one_trip(self):
		self.assertIsNone(kilometres_per_day([Point(date(2025, 3, 1), 1000), Point(date(2025, 3, 4), 2500)]))
		self.assertIsNone(kilometres_per_day([]))

	def test_rate_looks_further_back_than_a_year_where_the_year_has_one_reading(self):
		points = [Point(date(2020, 1, 1), 1000), Point(date(2022, 1, 1), 8310)]
		self.assertEqual(10.0, kilometres_per_day(points))


class TestDue(TestCase):
	def test_a_new_car_is_due_first_at_the_first_values(self):
		due = due_of(OIL, NEW, None, DELIVERED)
		self.assertEqual((5000, date(2025, 7, 15)), (due.kilometres, due.on))

	def test_after_it_was_done_the_interval_counts_from_there(self):
		due = due_of(OIL, NEW, Point(date(2025, 6, 30), 4800), DELIVERED)
		self.assertEqual((14800, date(2026, 6, 30)), (due.kilometres, due.on))

	def test_done_at_an_unknown_distance_counts_in_time_only(self):
		due = due_of(OIL, NEW, Point(date(2025, 6, 30), None), DELIVERED)
		self.assertEqual((None, date(2026, 6, 30)), (due.kilometres, due.on))

	def test_a_car_first_seen_later_is_due_at_the_next_step_of_the_plan(self):
		due = due_of(OIL, NEW, None, Point(date(2026, 8, 1), 23000))
		self.assertEqual((25000, date(2027, 7, 15)), (due.kilometres, due.on))

	def test_on_the_very_step_the_next_one_follows(self):
		due = due_of(OIL, NEW, None, Point(date(2026, 7, 15), 15000))
		self.assertEqual((25000, date(2027, 7, 15)), (due.kilometres, due.on))

	def test_an_item_without_interval_is_due_once(self):
		first_check = PlanItem("首保", first_km=5000, first_months=6)
		self.assertEqual(5000, due_of(first_check, NEW, None, DELIVERED).kilometres)
		self.assertIsNone(due_of(first_check, NEW, None, Point(date(2025, 3, 1), 6000)), "passed by distance")
		self.assertIsNone(due_of(first_check, NEW, None, Point(date(2025, 8, 1), 3000)), "passed by time")
		self.assertIsNone(due_of(first_check, NEW, Point(date(2025, 3, 1), 4900), DELIVERED), "done")

	def test_an_item_without_first_values_begins_with_its_interval(self):
		brake_fluid = PlanItem("制动液", every_months=24)
		due = due_of(brake_fluid, NEW, None, DELIVERED)
		self.assertEqual((None, date(2027, 1, 15)), (due.kilometres, due.on))

	def test_time_does_not_count_for_a_car_whose_age_is_unknown(self):
		due = due_of(OIL, None, None, Point(date(2026, 1, 1), 12000))
		self.assertEqual((15000, None), (due.kilometres, due.on))

	def test_every_step_of_fifteen_years_is_reached_in_order(self):
		seen, kept = [], DELIVERED
		for _ in range(15):
			due = due_of(OIL, date(2025, 1, 31), None, kept)
			seen.append((due.kilometres, due.on))
			kept = Point(due.on, due.kilometres)
		self.assertEqual([(5000 + 10000 * n, date(2025 + n, 7, 31)) for n in range(15)], seen)


class TestNextDue(TestCase):
	def next_of(self, *plan, now=None, rate=None, done=None):
		return next_due(plan, NEW, done or {}, DELIVERED, now, rate)

	def test_distance_first_for_one_who_drives_much(self):
		(due,) = self.next_of(OIL, now=Point(date(2025, 3, 16), 3000), rate=50)
		self.assertEqual((date(2025, 4, 25), DISTANCE), (due.expected_on, due.basis))

	def test_time_first_for_one_who_drives_little(self):
		(due,) = self.next_of(OIL, now=Point(date(2025, 3, 16), 300), rate=5)
		self.assertEqual((date(2025, 7, 15), TIME), (due.expected_on, due.basis))

	def test_a_distance_that_is_passed_is_due_since_it_was_read(self):
		(due,) = self.next_of(OIL, now=Point(date(2025, 5, 1), 5200), rate=None)
		self.assertEqual((date(2025, 5, 1), DISTANCE), (due.expected_on, due.basis))

	def test_items_of_one_day_are_due_together(self):
		air_filter = PlanItem("空气滤芯", every_km=20000, every_months=6)
		self.assertEqual(["机油机滤", "空气滤芯"], [due.item for due in self.next_of(OIL, air_filter)])

	def test_without_a_day_the_nearest_distance_counts(self):
		by_distance = [PlanItem("变速箱油", every_km=60000), PlanItem("火花塞", every_km=40000)]
		(due,) = self.next_of(*by_distance)
		self.assertEqual(("火花塞", 40000, None), (due.item, due.kilometres, due.expected_on))

	def test_nothing_is_due_without_a_plan(self):
		self.assertEqual([], self.next_of())

	def test_a_standing_car_is_due_by_time(self):
		(due,) = self.next_of(OIL, now=Point(date(2025, 3, 16), 300), rate=0)
		self.assertEqual(TIME, due.basis)

	def test_a_distance_out_of_the_calendar_has_no_day(self):
		(due,) = self.next_of(PlanItem("变速箱油", every_km=60000), now=Point(date(2025, 3, 16), 1), rate=0.00001)
		self.assertIsNone(due.expected_on)
