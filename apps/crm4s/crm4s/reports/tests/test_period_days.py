import unittest
from datetime import date

from crm4s.reports.periods import MONTH, TEN_DAYS, days_of, last_ended, period_before, year_before


class TestDays(unittest.TestCase):
	def test_a_month_has_three_parts_and_the_last_takes_the_rest(self):
		self.assertEqual((date(2024, 2, 1), date(2024, 2, 10)), days_of("2024-02-1"))
		self.assertEqual((date(2024, 2, 11), date(2024, 2, 20)), days_of("2024-02-2"))
		self.assertEqual((date(2024, 2, 21), date(2024, 2, 29)), days_of("2024-02-3"))
		self.assertEqual((date(2023, 12, 1), date(2023, 12, 31)), days_of("2023-12"))

	def test_what_is_no_period_is_refused(self):
		for text in ("2024", "2024-13", "2024-02-4", "2024-02-0", "2024-02-1-1", "x-y"):
			with self.subTest(text), self.assertRaises(ValueError):
				days_of(text)

	def test_the_last_period_ends_before_the_day_begins(self):
		self.assertEqual(["2026-10-3", "2026-10-3", "2026-11-1"], [last_ended(date(2026, 11, day), TEN_DAYS) for day in (1, 10, 11)])
		self.assertEqual(["2026-11-1", "2026-11-2", "2026-11-2"], [last_ended(date(2026, 11, day), TEN_DAYS) for day in (20, 21, 30)])
		self.assertEqual("2025-12", last_ended(date(2026, 1, 31), MONTH))

	def test_the_one_before_and_the_one_a_year_ago(self):
		self.assertEqual(("2025-12-3", "2025-01-1"), (period_before("2026-01-1"), year_before("2026-01-1")))
		self.assertEqual(("2025-12", "2025-01"), (period_before("2026-01"), year_before("2026-01")))
