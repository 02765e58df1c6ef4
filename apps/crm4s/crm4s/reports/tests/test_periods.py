import unittest
from datetime import date

from crm4s.reports.periods import MONTH, TEN_DAYS, period_key, periods_between


class TestPeriods(unittest.TestCase):
	def test_a_month_has_three_ten_day_periods_and_the_last_takes_the_rest(self):
		keys = [period_key(date(2026, 1, day), TEN_DAYS)[-1] for day in (1, 10, 11, 20, 21, 30, 31)]
		self.assertEqual("1122333", "".join(keys))

	def test_all_ten_day_periods_from_a_day_to_a_day(self):
		self.assertEqual(
			["2026-02-2", "2026-02-3", "2026-03-1"], periods_between(date(2026, 2, 20), date(2026, 3, 1), TEN_DAYS)
		)

	def test_all_months_across_the_new_year(self):
		self.assertEqual(["2025-12", "2026-01"], periods_between(date(2025, 12, 31), date(2026, 1, 1), MONTH))

	def test_no_period_where_the_end_is_before_the_start(self):
		self.assertEqual([], periods_between(date(2026, 1, 2), date(2026, 1, 1), MONTH))
