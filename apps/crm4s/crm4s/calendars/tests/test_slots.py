import unittest
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crm4s.calendars.slots import Interval, Needs, free_slots, lies_in_hours, merged, next_free, overlaps, widened
from crm4s.calendars.working_hours import AROUND_THE_CLOCK, WEEKDAYS, SpecialDay, WorkingHours
from crm4s.identifiers.tests import PROPERTY

OPEN = WorkingHours((((540, 720), (780, 1080)),) * 7)
DAY = datetime(2026, 11, 23)
MINUTE = timedelta(minutes=1)


def at(hour: int, minute: int = 0) -> datetime:
	return DAY + timedelta(hours=hour, minutes=minute)


def between(*hours: float) -> Interval:
	return Interval(*(DAY + timedelta(hours=hour) for hour in hours))


@st.composite
def intervals(draw) -> Interval:
	start = draw(st.integers(0, 3 * 24 * 60))
	return Interval(DAY + start * MINUTE, DAY + (start + draw(st.integers(1, 300))) * MINUTE)


class TestIntervals(unittest.TestCase):
	def test_what_begins_when_the_other_ends_does_not_overlap(self):
		self.assertFalse(overlaps(between(9, 10), between(10, 11)))
		self.assertTrue(overlaps(between(9, 10), Interval(at(9, 59), at(11))))

	@PROPERTY
	@given(intervals(), intervals())
	def test_overlapping_is_sharing_a_minute_and_goes_both_ways(self, one, other):
		minutes = [{start + step * MINUTE for step in range((end - start) // MINUTE)} for start, end in (one, other)]
		self.assertEqual(bool(minutes[0] & minutes[1]), overlaps(one, other))
		self.assertEqual(overlaps(one, other), overlaps(other, one))

	@PROPERTY
	@given(intervals(), intervals(), st.integers(0, 60), st.integers(0, 60))
	def test_two_bookings_keep_both_buffers_between_them(self, one, other, before, after):
		needs = Needs(before, after)
		first, second = sorted((one, other))
		gap = (second.starts_at - first.ends_at) // MINUTE
		self.assertEqual(gap < before + after, overlaps(widened(first, needs), widened(second, needs)))

	@PROPERTY
	@given(st.lists(intervals(), max_size=8))
	def test_merged_is_the_same_time_without_overlap(self, several):
		joined = merged(several)
		for earlier, later in zip(joined, joined[1:], strict=False):
			self.assertLess(earlier.ends_at, later.starts_at)
		for interval in several:
			self.assertTrue(any(piece.starts_at <= interval.starts_at and interval.ends_at <= piece.ends_at for piece in joined))


class TestHours(unittest.TestCase):
	def test_a_booking_lies_in_one_opening(self):
		self.assertTrue(lies_in_hours(OPEN, between(9, 12)))
		self.assertFalse(lies_in_hours(OPEN, between(11, 14)))
		self.assertFalse(lies_in_hours(OPEN, between(17.5, 18.5)))

	def test_what_stays_out_overnight_leaves_and_returns_while_open(self):
		self.assertTrue(lies_in_hours(OPEN, between(17, 34), overnight=True))
		self.assertFalse(lies_in_hours(OPEN, between(17, 30), overnight=True))
		self.assertFalse(lies_in_hours(OPEN, between(18, 34), overnight=True))

	def test_a_night_that_is_open_may_be_booked_through(self):
		self.assertTrue(lies_in_hours(WorkingHours(AROUND_THE_CLOCK), between(22, 26)))

	def test_a_closed_day_is_closed(self):
		self.assertFalse(lies_in_hours(WorkingHours(OPEN.weekly, {DAY.date(): SpecialDay("春节")}), between(9, 10)))


class TestFreeSlots(unittest.TestCase):
	def starts(self, *arguments, **options) -> list[str]:
		return [f"{slot.starts_at:%H:%M}" for slot in free_slots(*arguments, **options)]

	def test_slots_begin_on_the_clocks_steps_and_end_before_closing(self):
		self.assertEqual(["09:00", "09:30", "10:00", "10:30", "11:00"], self.starts(OPEN, [], between(0, 12), 60, step=30))
		self.assertEqual(["09:15", "09:30"], self.starts(OPEN, [], Interval(at(9, 1), at(10)), 30))

	def test_a_slot_leaves_the_buffers_of_both(self):
		taken = [widened(between(10, 11), Needs(5, 10))]
		self.assertEqual(
			["09:00", "09:15", "11:15", "11:30"], self.starts(OPEN, taken, between(9, 12), 30, needs=Needs(5, 10))
		)

	def test_the_next_free_ones_do_not_overlap(self):
		slots = next_free(OPEN, [between(9, 10)], between(0, 48), 60)
		self.assertEqual([between(10, 11), between(11, 12), between(13, 14)], slots)

	@PROPERTY
	@given(
		st.lists(intervals(), max_size=6), st.integers(5, 240), st.integers(0, 30), st.integers(0, 30), st.booleans()
	)
	def test_free_slots_are_all_that_are_free_and_no_others(self, taken, minutes, before, after, overnight):
		needs, period = Needs(before, after, overnight), Interval(DAY, DAY + timedelta(days=2))
		found = list(free_slots(OPEN, taken, period, minutes, needs))
		every = [DAY + step * timedelta(minutes=15) for step in range(2 * 96)]
		wanted = [Interval(start, start + minutes * MINUTE) for start in every]
		expected = [
			slot
			for slot in wanted
			if slot.ends_at <= period.ends_at
			and lies_in_hours(OPEN, slot, overnight)
			and not any(overlaps(widened(slot, needs), piece) for piece in taken)
		]
		self.assertEqual(expected, found)

	def test_the_week_begins_on_monday(self):
		only_monday = WorkingHours((((540, 600),), *[()] * 6))
		self.assertEqual("Monday", WEEKDAYS[DAY.weekday()])
		self.assertEqual(["09:00"], self.starts(only_monday, [], between(0, 24 * 7), 60))
