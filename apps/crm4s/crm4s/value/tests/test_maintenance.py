from datetime import date
from unittest import TestCase

from crm4s.value.maintenance import (
	DISTANCE,
	TIME,
	Car,
	PlanItem,
	add_months,
	due_of,
	forecast,
	next_due,
)
from crm4s.value.mileage import FROM_FEW_READINGS, FROM_MODEL, FROM_READINGS, Point, Reading

OIL = PlanItem("机油机滤", first_km=5000, first_months=6, every_km=10000, every_months=12)
NEW = date(2025, 1, 15)
DELIVERED = Point(NEW, 0)


class TestMonths(TestCase):
	def test_a_month_that_is_shorter_gives_its_last_day(self):
		self.assertEqual(date(2024, 2, 29), add_months(date(2023, 8, 31), 6))
		self.assertEqual(date(2026, 1, 31), add_months(date(2025, 12, 31), 1))


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


class TestForecast(TestCase):
	"""One car through the whole rule."""

	def of(self, *readings, plan=(OIL,), done=(), **car):
		return forecast(Car(**{"started_on": NEW, "first_seen_on": NEW, **car}), plan, readings, done)

	def test_the_model_says_when_a_car_that_was_never_read_reaches_its_first_service(self):
		answer = self.of(usual_rate=50)
		self.assertEqual((50.0, FROM_MODEL, date(2025, 4, 25), DISTANCE), (answer.rate, answer.rate_basis, answer.next_on, answer.next_basis))

	def test_with_two_readings_a_car_drives_like_its_model(self):
		two = [Reading(date(2025, 3, 16), 600), Reading(date(2025, 5, 15), 1200)]
		self.assertEqual((50.0, FROM_MODEL), (self.of(*two, usual_rate=50).rate, self.of(*two, usual_rate=50).rate_basis))
		third = Reading(date(2025, 7, 14), 1800)
		self.assertEqual((10.0, FROM_READINGS), (self.of(*two, third, usual_rate=50).rate, self.of(*two, third, usual_rate=50).rate_basis))

	def test_where_the_model_says_nothing_few_readings_are_better_than_none(self):
		answer = self.of(Reading(date(2025, 4, 25), 3000))
		self.assertEqual((30.0, FROM_FEW_READINGS), (answer.rate, answer.rate_basis))

	def test_a_car_of_the_dealership_is_due_for_nothing(self):
		answer = self.of(Reading(date(2025, 4, 25), 3000), is_with_customer=False, usual_rate=50)
		self.assertEqual((3000, FROM_FEW_READINGS, None, ()), (answer.odometer, answer.rate_basis, answer.next_on, answer.next_items))

	def test_nobody_knows_how_far_a_used_car_had_come_that_was_never_read(self):
		answer = self.of(was_used_before=True, first_seen_on=date(2026, 1, 1), usual_rate=50)
		self.assertEqual((TIME, date(2026, 7, 15)), (answer.next_basis, answer.next_on))

	def test_what_was_done_after_an_instrument_was_replaced_counts_on_the_new_one(self):
		readings = [Reading(date(2025, 6, 1), 6000), Reading(date(2025, 7, 1), 0, is_reset=True), Reading(date(2025, 9, 1), 2000)]
		answer = self.of(*readings, done=[("机油机滤", Point(date(2025, 9, 1), 2000))])
		self.assertEqual(12000, answer.next_kilometres)

	def test_of_two_notes_of_one_day_the_one_further_on_counts(self):
		day = date(2025, 6, 1)
		for notes in ([5000, 5100], [5100, 5000]):
			answer = self.of(Reading(day, 5100), done=[("机油机滤", Point(day, kilometres)) for kilometres in notes])
			self.assertEqual(15100, answer.next_kilometres)
