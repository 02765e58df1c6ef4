import time as clock
from datetime import date, datetime, time, timedelta
from random import Random
from unittest import TestCase

from crm4s.calendars.slots import Interval, Needs, free_slots, widened
from crm4s.calendars.starts import Grid, apart, free_starts, moments, not_before, open_starts
from crm4s.calendars.working_hours import AROUND_THE_CLOCK, SpecialDay, WorkingHours, weekly_hours

MONDAY = date(2026, 11, 23)
HOURS = WorkingHours(weekly_hours([("Monday", time(8, 30), time(12)), ("Monday", time(13), time(18)), ("Tuesday", time(9), time(17))]))


def at(hour: int, minute: int = 0, day: int = 0) -> datetime:
	return datetime.combine(MONDAY, time(hour, minute)) + timedelta(days=day)


def shown(grid: Grid, starts: int) -> list[str]:
	return [f"{moment:%d %H:%M}" for moment in moments(grid, starts)]


class TestStarts(TestCase):
	def test_work_ends_before_the_store_closes_and_does_not_last_over_the_break(self):
		grid = Grid(MONDAY, 1, 30)
		self.assertEqual(["23 08:30", "23 09:00", "23 13:00", "23 13:30", "23 14:00", "23 14:30", "23 15:00"], shown(grid, open_starts(grid, HOURS, 180)))

	def test_what_stays_overnight_begins_and_ends_while_the_store_is_open(self):
		grid = Grid(MONDAY, 2, 60)
		self.assertEqual(["23 13:00", "23 14:00", "23 15:00", "23 16:00", "23 17:00"], shown(grid, open_starts(grid, HOURS, 22 * 60, overnight=True)))

	def test_a_holiday_has_no_starts(self):
		grid = Grid(MONDAY, 2, 60)
		hours = WorkingHours(HOURS.weekly, {MONDAY: SpecialDay("元旦")})
		self.assertEqual("24 09:00", shown(grid, open_starts(grid, hours, 60))[0])

	def test_what_is_taken_is_left_out_with_the_time_before_and_after(self):
		grid = Grid(MONDAY, 1, 60)
		free = open_starts(grid, HOURS, 60) & free_starts(grid, [grid.minutes_of(Interval(at(14), at(15)))], 60, Needs(before=15))
		self.assertEqual(["23 09:00", "23 10:00", "23 11:00", "23 13:00", "23 16:00", "23 17:00"], shown(grid, free))

	def test_nothing_begins_in_the_past(self):
		grid = Grid(MONDAY, 1, 15)
		self.assertEqual("23 10:15", shown(grid, open_starts(grid, HOURS, 60) & not_before(grid, datetime(2026, 11, 23, 10, 0, 1)))[0])

	def test_they_are_the_slots_of_one_resource(self):
		"""Held against the plain search on 300 random plans: steps, buffers, nights, stores that never close."""
		random = Random(4)
		for _attempt in range(300):
			step, minutes = random.choice((10, 15, 30, 45)), random.choice((15, 40, 90, 700))
			needs = Needs(random.choice((0, 20)), random.choice((0, 10)), random.random() < 0.5)
			hours = random.choice((HOURS, WorkingHours(AROUND_THE_CLOCK)))
			taken = []
			for _number in range(random.randrange(6)):
				start = at(0) + timedelta(minutes=random.randrange(3 * 1440))
				taken.append(widened(Interval(start, start + timedelta(minutes=random.randrange(1, 300))), needs))
			grid = Grid(MONDAY, 3, step)
			period = Interval(at(0), at(0, day=3))
			wanted = [slot.starts_at for slot in free_slots(hours, taken, period, minutes, needs, step)]
			found = open_starts(grid, hours, minutes, needs.overnight) & free_starts(grid, map(grid.minutes_of, taken), minutes, needs)
			latest = at(0, day=3) - timedelta(minutes=minutes)
			self.assertEqual(wanted, [moment for moment in moments(grid, found) if moment <= latest])

	def test_steps_that_do_not_divide_a_day_begin_anew_at_midnight(self):
		grid = Grid(MONDAY, 2, 50)
		found = shown(grid, open_starts(grid, WorkingHours(AROUND_THE_CLOCK), 60))
		self.assertEqual(["23 23:20", "24 00:00", "24 00:50"], found[28:31])

	def test_those_that_are_apart_do_not_overlap(self):
		starts = [at(9), at(9, 15), at(10), at(10, 30), at(11)]
		self.assertEqual([at(9), at(10), at(11)], list(apart(starts, 60)))

	def test_a_month_of_twenty_bays_and_technicians_takes_milliseconds(self):
		grid = Grid(MONDAY, 30, 15)
		taken = [(540 + 60 * (number % 8) + 1440 * (number // 8), 600 + 60 * (number % 8) + 1440 * (number // 8)) for number in range(0, 240, 2)]
		began = clock.perf_counter()
		any_of = 0
		for _resource in range(40):
			any_of |= open_starts(grid, HOURS, 60) & free_starts(grid, taken, 60)
		list(moments(grid, any_of))
		self.assertLess(clock.perf_counter() - began, 0.25)

