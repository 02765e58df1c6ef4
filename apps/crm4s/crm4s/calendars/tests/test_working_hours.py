import unittest
from datetime import date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm4s.calendars.working_hours import (
	AROUND_THE_CLOCK,
	NeverOpenError,
	SpecialDay,
	WorkingHours,
	add_working_minutes,
	is_open,
	next_opening,
	openings,
	span,
	weekly_hours,
	working_minutes_between,
)
from crm4s.identifiers.tests import PROPERTY

MONDAY = date(2026, 11, 23)
OFFICE = weekly_hours(
	[(day, time(8, 30), time(12)) for day in ("Monday", "Tuesday", "Friday")]
	+ [("Monday", time(13), time(18)), ("Saturday", time(9), time(17))]
)
MINUTES = st.integers(0, 24 * 60)
MOMENTS = st.datetimes(datetime(2026, 11, 1), datetime(2026, 12, 31))


@st.composite
def hours(draw) -> WorkingHours:
	"""Any week that opens at least once, with some special days."""
	marks = [sorted(draw(st.lists(MINUTES, unique=True, max_size=4))) for _day in range(7)]
	weekly = [tuple(zip(day[::2], day[1::2], strict=False)) for day in marks]
	weekly[draw(st.integers(0, 6))] = ((540, 1020),)
	days = draw(st.lists(st.dates(date(2026, 11, 1), date(2026, 12, 31)), max_size=5))
	spans = draw(st.sampled_from([(), ((0, 1440),), ((600, 720), (780, 900))]))
	return WorkingHours(tuple(weekly), {day: SpecialDay("节", spans) for day in days})


def at(hour: int, minute: int = 0, day: date = MONDAY) -> datetime:
	return datetime.combine(day, time(hour, minute))


class TestWeek(unittest.TestCase):
	def test_a_break_at_noon_is_closed(self):
		week = WorkingHours(OFFICE)
		self.assertEqual(
			[True, False, True, False], [is_open(week, at(*moment)) for moment in ((8, 30), (12, 0), (13, 0), (18, 0))]
		)

	def test_the_weekend_is_passed_over(self):
		week = WorkingHours(OFFICE)
		self.assertEqual(at(8, 30), next_opening(week, at(17, day=date(2026, 11, 21))))
		self.assertEqual(at(9, 30), add_working_minutes(week, at(16, day=date(2026, 11, 21)), 120))

	def test_minutes_end_at_closing_and_not_at_the_next_opening(self):
		self.assertEqual(at(12), add_working_minutes(WorkingHours(OFFICE), at(11), 60))

	def test_a_special_day_goes_before_its_weekday(self):
		week = WorkingHours(OFFICE, {MONDAY: SpecialDay("国庆节"), date(2026, 11, 22): SpecialDay("调休", ((600, 660),))})
		self.assertFalse(is_open(week, at(9)))
		self.assertTrue(is_open(week, at(10, day=date(2026, 11, 22))))
		self.assertEqual(60, working_minutes_between(week, at(0, day=date(2026, 11, 22)), at(23)))

	def test_spans_that_touch_or_overlap_are_one(self):
		rows = [("Monday", time(13), time(18)), ("Monday", time(9), time(13)), ("Monday", time(9), time(10))]
		self.assertEqual(((540, 1080),), weekly_hours(rows)[0])

	def test_the_last_second_of_a_day_is_midnight(self):
		self.assertEqual((0, 1440), span(time(0), time(23, 59, 59)))

	def test_who_is_open_around_the_clock_is_open_through_the_night(self):
		self.assertEqual(
			[(at(0), at(0) + timedelta(days=3))],
			openings(WorkingHours(AROUND_THE_CLOCK), MONDAY, MONDAY + timedelta(days=2)),
		)

	def test_who_never_opens_is_said(self):
		never = WorkingHours(weekly_hours([]))
		with self.assertRaises(NeverOpenError):
			next_opening(never, at(9))
		with self.assertRaises(NeverOpenError):
			add_working_minutes(never, at(9), 1)

	def test_negative_minutes_are_refused(self):
		with self.assertRaisesRegex(ValueError, "Minutes must not be negative, but are -1"):
			add_working_minutes(WorkingHours(OFFICE), at(9), -1)


class TestAlways(unittest.TestCase):
	@PROPERTY
	@given(hours(), MOMENTS)
	def test_it_is_open_at_its_next_opening_and_closed_until_then(self, week, moment):
		opening = next_opening(week, moment)
		self.assertTrue(is_open(week, opening))
		self.assertEqual(0, working_minutes_between(week, moment, opening))
		self.assertEqual(is_open(week, moment), opening == moment)

	@PROPERTY
	@given(hours(), MOMENTS, st.integers(0, 3000))
	def test_minutes_added_are_the_minutes_between(self, week, start, minutes):
		self.assertEqual(minutes, working_minutes_between(week, start, add_working_minutes(week, start, minutes)))

	@PROPERTY
	@given(hours(), MOMENTS, st.integers(1, 2000))
	def test_no_earlier_moment_would_do(self, week, start, minutes):
		end = add_working_minutes(week, start, minutes)
		self.assertLess(working_minutes_between(week, start, end - timedelta(seconds=1)), minutes)

	@PROPERTY
	@given(hours(), MOMENTS, st.integers(0, 1000), st.integers(0, 1000))
	def test_adding_in_two_steps_is_adding_once(self, week, start, first, second):
		in_steps = add_working_minutes(week, add_working_minutes(week, start, first), second)
		self.assertEqual(add_working_minutes(week, start, first + second), in_steps)

	@PROPERTY
	@given(hours(), MOMENTS, MOMENTS)
	def test_openings_and_minutes_say_the_same(self, week, start, end):
		pieces = openings(week, start.date(), end.date())
		for (_opens, closes), (following, _closes) in zip(pieces, pieces[1:], strict=False):
			self.assertLess(closes, following)
		inside = sum((max(min(closes, end) - max(opens, start), timedelta(0)) for opens, closes in pieces), timedelta(0))
		self.assertEqual(inside // timedelta(minutes=1), working_minutes_between(week, start, end))
