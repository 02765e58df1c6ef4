"""Pure: when steps are due and what a pause does to a moment."""

import random
import unittest
from datetime import datetime, time, timedelta

from crm4s.calendars.working_hours import WorkingHours, add_working_minutes, weekly_hours, working_minutes_between
from crm4s.escalation.clocks import RESOLUTION, Clock, after_pause, moment_of, spent

# Monday to Friday 9–18, Saturday 9–12.
HOURS = WorkingHours(weekly_hours([*((day, time(9), time(18)) for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")), ("Saturday", time(9), time(12))]))
MONDAY = datetime(2026, 3, 2, 10)


def clock(minutes: int = 540, paused: int = 0, started: datetime = MONDAY) -> Clock:
	return Clock(RESOLUTION, started, add_working_minutes(HOURS, started, minutes + paused), minutes, paused)


class TestMoments(unittest.TestCase):
	def test_a_step_comes_after_its_part_of_the_working_time(self):
		moments = [moment_of(HOURS, clock(), percent) for percent in (50, 100, 150)]
		self.assertEqual([datetime(2026, 3, 2, 14, 30), datetime(2026, 3, 3, 10), datetime(2026, 3, 3, 14, 30)], moments)

	def test_waiting_for_the_customer_puts_it_off(self):
		self.assertEqual(datetime(2026, 3, 2, 16, 30), moment_of(HOURS, clock(paused=120), 50))

	def test_the_deadline_stays_as_promised_when_the_hours_change(self):
		promised = clock()
		longer = WorkingHours(weekly_hours([("Monday", time(9), time(23)), ("Tuesday", time(9), time(23))]))
		self.assertEqual(promised.due_on, moment_of(longer, promised, 100))
		shorter = WorkingHours(weekly_hours([("Monday", time(9), time(11))]))
		self.assertEqual(promised.due_on, moment_of(shorter, promised, 75))

	def test_a_store_that_never_opens_again_keeps_the_deadline(self):
		closed = WorkingHours(((),) * 7)
		self.assertEqual([clock().due_on] * 2, [moment_of(closed, clock(), percent) for percent in (50, 150)])

	def test_later_steps_come_later(self):
		chance = random.Random(1)
		for _case in range(200):
			started = MONDAY + timedelta(minutes=chance.randrange(20_000))
			one = clock(chance.randrange(1, 5_000), chance.randrange(600), started)
			moments = [moment_of(HOURS, one, percent) for percent in (1, 25, 50, 99, 100, 101, 200)]
			self.assertEqual(sorted(moments), moments)
			self.assertLessEqual(started, moments[0])


class TestSpent(unittest.TestCase):
	def test_it_counts_working_time_and_what_is_late(self):
		one = clock(540)
		moments = [MONDAY - timedelta(hours=3), MONDAY + timedelta(hours=2), datetime(2026, 3, 2, 22), datetime(2026, 3, 3, 10), datetime(2026, 3, 3, 12)]
		self.assertEqual([0, 120, 480, 540, 660], [spent(HOURS, one, moment) for moment in moments])

	def test_a_pause_is_not_spent(self):
		begins = MONDAY + timedelta(hours=2)
		standing = Clock(RESOLUTION, MONDAY, clock(540).due_on, 540, 0, "Paused", begins)
		self.assertEqual(120, spent(HOURS, standing, MONDAY + timedelta(days=4)))
		self.assertEqual(180, spent(HOURS, clock(540, paused=60), MONDAY + timedelta(hours=4)))


class TestPauses(unittest.TestCase):
	def test_the_hour_that_was_left_is_left_after_the_weekend(self):
		self.assertEqual(datetime(2026, 3, 9, 11), after_pause(HOURS, datetime(2026, 3, 6, 17), datetime(2026, 3, 6, 16), datetime(2026, 3, 9, 10)))

	def test_what_was_over_before_stays_over(self):
		self.assertEqual(MONDAY, after_pause(HOURS, MONDAY, MONDAY, MONDAY + timedelta(days=3)))

	def test_as_much_time_is_left_after_a_pause_as_before(self):
		chance = random.Random(2)
		for _case in range(300):
			paused_from = MONDAY + timedelta(minutes=chance.randrange(20_000))
			paused_until = paused_from + timedelta(minutes=chance.randrange(10_000))
			left = chance.randrange(1, 3_000)
			due = add_working_minutes(HOURS, paused_from, left)
			put_off = after_pause(HOURS, due, paused_from, paused_until)
			self.assertGreaterEqual(put_off, due)
			self.assertEqual(left, working_minutes_between(HOURS, paused_until, put_off))

	def test_two_pauses_cost_as_much_as_both_together(self):
		chance = random.Random(3)
		for _case in range(200):
			begins = MONDAY + timedelta(minutes=chance.randrange(10_000))
			between, ends = begins + timedelta(minutes=chance.randrange(3_000)), begins + timedelta(minutes=3_000 + chance.randrange(3_000))
			due = add_working_minutes(HOURS, begins, chance.randrange(1, 2_000))
			once = after_pause(HOURS, due, begins, ends)
			self.assertEqual(once, after_pause(HOURS, after_pause(HOURS, due, begins, between), between, ends))
