from datetime import datetime, timedelta
from unittest import TestCase

from hypothesis import given
from hypothesis import strategies as st

from crm4s.calendars.moments import not_before

EARLIEST = datetime(2026, 3, 1, 10, 15, 40, 500)


class TestNotBefore(TestCase):
	def test_what_was_entered_in_the_same_minute_was_not_before(self):
		self.assertEqual(EARLIEST, not_before(datetime(2026, 3, 1, 10, 15), EARLIEST))

	def test_the_minute_before_stays_before(self):
		self.assertEqual(datetime(2026, 3, 1, 10, 14, 59), not_before(datetime(2026, 3, 1, 10, 14, 59), EARLIEST))

	@given(st.integers(0, 10**6))
	def test_what_is_later_stays_as_it_is(self, seconds):
		self.assertEqual(EARLIEST + timedelta(seconds=seconds), not_before(EARLIEST + timedelta(seconds=seconds), EARLIEST))
