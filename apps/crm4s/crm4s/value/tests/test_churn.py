import unittest
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm4s.value.churn import (
	LAST_INTERVALS,
	LONGEST_RHYTHM,
	SHORTEST_INTERVAL,
	SHORTEST_RHYTHM,
	Stage,
	begins_on,
	plan_interval,
	rhythm,
	standing,
	visits_apart,
)
from crm4s.value.maintenance import PlanItem

DAY = date(2026, 11, 22)
STAGES = (Stage("in time", 0), Stage("due", 1, 1), Stage("overdue", 1.25, 3), Stage("at risk", 1.75, 6), Stage("lost", 2.5, 12))
DAYS = st.dates(date(2010, 1, 1), date(2030, 12, 31))
RHYTHMS = st.integers(SHORTEST_RHYTHM, LONGEST_RHYTHM)


def every(days: int, times: int, until: date = DAY) -> list[date]:
	return [until - timedelta(days=days * number) for number in range(times)]


class TestRhythm(unittest.TestCase):
	def test_it_is_the_median_of_the_intervals(self):
		self.assertEqual(100, rhythm(every(100, 4), 180, 182))
		# One long journey does not change it.
		self.assertEqual(100, rhythm([*every(100, 4), DAY - timedelta(days=900)], 180, 182))

	def test_only_the_last_intervals_count(self):
		recent = every(60, LAST_INTERVALS + 1)
		self.assertEqual(60, rhythm([*recent, *every(300, 6, recent[-1] - timedelta(days=300))], 180, 182))

	def test_with_fewer_than_three_visits_the_plan_says_and_without_a_plan_the_setting(self):
		self.assertEqual(180, rhythm(every(50, 2), 180, 182))
		self.assertEqual(182, rhythm([], None, 182))
		self.assertEqual(50, rhythm(every(50, 3), 180, 182))

	def test_who_comes_again_within_a_week_comes_about_the_same_thing(self):
		again = [day + timedelta(days=SHORTEST_INTERVAL - 1) for day in every(100, 3)]
		self.assertEqual(100, rhythm([*every(100, 3), *again], 180, 182))

	@given(st.lists(DAYS), st.one_of(st.none(), st.floats(1, 5000)), st.floats(1, 5000), st.randoms())
	def test_it_lies_between_its_limits_whatever_the_order_of_visits(self, days, planned, usual, chance):
		shuffled = list(days)
		chance.shuffle(shuffled)
		found = rhythm(days, planned, usual)
		self.assertTrue(SHORTEST_RHYTHM <= found <= LONGEST_RHYTHM)
		self.assertEqual(found, rhythm(shuffled, planned, usual))

	@given(st.lists(DAYS))
	def test_visits_apart_are_apart(self, days):
		apart = visits_apart(days)
		self.assertTrue(all((later - earlier).days >= SHORTEST_INTERVAL for earlier, later in zip(apart, apart[1:], strict=False)))
		self.assertTrue(set(apart) <= set(days))


class TestPlan(unittest.TestCase):
	def test_the_item_that_is_due_again_first_says_how_often(self):
		plan = [PlanItem("oil", 5000, 6, 10_000, 12), PlanItem("brakes", every_km=40_000)]
		self.assertAlmostEqual(365.25, plan_interval(plan, 0))
		self.assertAlmostEqual(100, plan_interval(plan, 100))
		self.assertIsNone(plan_interval([PlanItem("first only", 5000, 6)], 50))


class TestStanding(unittest.TestCase):
	def stage(self, rhythm_days: int, days_ago: int) -> str | None:
		return standing(STAGES, DAY - timedelta(days=days_ago), rhythm_days, DAY).stage

	def test_a_stage_begins_after_so_many_times_the_rhythm(self):
		self.assertEqual(["in time", "due", "due", "overdue"], [self.stage(200, days) for days in (199, 200, 249, 250)])

	def test_but_not_before_so_many_months(self):
		# A taxi that comes every other week.
		self.assertEqual("in time", self.stage(14, 29))
		self.assertEqual(["due", "overdue", "at risk", "lost"], [self.stage(14, days) for days in (40, 100, 190, 370)])

	def test_months_end_where_shorter_months_end(self):
		self.assertEqual(date(2026, 2, 28), begins_on(Stage("x", 0, 6), date(2025, 8, 31), 30))
		self.assertEqual(date(2024, 2, 29), begins_on(Stage("x", 0, 6), date(2023, 8, 31), 30))

	def test_a_factor_is_what_it_says(self):
		self.assertEqual(110, (begins_on(Stage("x", 1.1), DAY, 100) - DAY).days)

	def test_without_a_day_or_without_stages_nobody_can_tell(self):
		self.assertEqual((None, None, None), tuple(vars(standing(STAGES, None, 100, DAY)).values()))
		self.assertEqual((None, None, None), tuple(vars(standing((), DAY, 100, DAY)).values()))

	def test_before_the_first_stage_there_is_none_but_the_day_of_the_first(self):
		self.assertEqual((None, None, DAY + timedelta(days=100)), tuple(vars(standing((Stage("due", 1),), DAY, 100, DAY)).values()))

	@given(DAYS, RHYTHMS, st.integers(0, 4000))
	def test_it_changes_on_the_day_it_says_and_on_no_other(self, last_on, rhythm_days, later):
		today = last_on + timedelta(days=later)
		now = standing(STAGES, last_on, rhythm_days, today)
		self.assertTrue(now.since <= today)
		self.assertEqual(now, standing(STAGES, last_on, rhythm_days, now.since))
		if now.next_on:
			self.assertTrue(today < now.next_on)
			self.assertEqual(now, standing(STAGES, last_on, rhythm_days, now.next_on - timedelta(days=1)))
			entered = standing(STAGES, last_on, rhythm_days, now.next_on)
			self.assertEqual(now.next_on, entered.since)
			self.assertNotEqual(now.stage, entered.stage)

	@given(DAYS, RHYTHMS, st.integers(0, 4000), st.integers(0, 400))
	def test_who_stays_away_longer_is_in_no_milder_stage(self, last_on, rhythm_days, days, more):
		names = [stage.name for stage in STAGES]
		places = [names.index(standing(STAGES, last_on, rhythm_days, last_on + timedelta(days=away)).stage) for away in (days, days + more)]
		self.assertEqual(sorted(places), places)
