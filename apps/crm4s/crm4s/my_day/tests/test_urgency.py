from datetime import date, datetime
from unittest import TestCase

from crm4s.my_day.urgency import Urgency, is_late, moment_of, sort_key, urgency_of

NOW = datetime(2026, 11, 22, 10, 30)
TODAY = NOW.date()


class TestUrgency(TestCase):
	def test_a_day_with_a_time_is_a_moment(self):
		self.assertEqual(datetime(2026, 11, 22, 14, 30), moment_of(TODAY, "14:30"))
		self.assertEqual(TODAY, moment_of(TODAY, None))
		self.assertEqual(TODAY, moment_of(TODAY, "after lunch"))

	def test_a_moment_is_late_when_it_has_passed_and_a_day_when_it_is_over(self):
		self.assertTrue(is_late(datetime(2026, 11, 22, 10, 29), NOW))
		self.assertFalse(is_late(NOW, NOW))
		self.assertFalse(is_late(TODAY, NOW))
		self.assertTrue(is_late(date(2026, 11, 21), NOW))
		self.assertFalse(is_late(None, NOW))

	def test_late_today_or_later(self):
		self.assertEqual(Urgency.LATE, urgency_of(datetime(2026, 11, 22, 9), NOW))
		self.assertEqual(Urgency.TODAY, urgency_of(datetime(2026, 11, 22, 23, 59), NOW))
		self.assertEqual(Urgency.TODAY, urgency_of(TODAY, NOW))
		self.assertEqual(Urgency.TODAY, urgency_of(None, NOW))
		self.assertEqual(Urgency.SOON, urgency_of(date(2026, 11, 23), NOW))

	def test_within_a_section_times_come_before_whole_days_and_these_before_what_has_neither(self):
		dues = [None, TODAY, datetime(2026, 11, 22, 18), datetime(2026, 11, 22, 11)]
		self.assertEqual(dues[::-1], sorted(dues, key=lambda due: sort_key(Urgency.TODAY, due, "x")))

	def test_a_section_comes_before_any_time(self):
		late, here = sort_key(Urgency.LATE, date(2020, 1, 1), "a"), sort_key(Urgency.HERE, NOW, "b")
		self.assertLess(here, late)
