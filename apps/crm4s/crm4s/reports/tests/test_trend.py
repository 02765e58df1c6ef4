import unittest
from datetime import date

from crm4s.reports.trend import SPANS, averages, gather

SATURDAY = date(2026, 11, 21)


class TestTrend(unittest.TestCase):
	def test_days_end_with_today(self):
		starts = SPANS["Last 30 Days"].starts(SATURDAY)
		self.assertEqual((30, date(2026, 10, 23), SATURDAY), (len(starts), starts[0], starts[-1]))

	def test_weeks_begin_on_monday_and_the_last_one_holds_today(self):
		starts = SPANS["Last 12 Weeks"].starts(SATURDAY)
		self.assertEqual((12, date(2026, 8, 31), date(2026, 11, 16)), (len(starts), starts[0], starts[-1]))

	def test_daily_figures_are_summed_in_their_week_and_earlier_ones_left_out(self):
		starts = [date(2026, 11, 9), date(2026, 11, 16)]
		daily = {date(2026, 11, 8): 99, date(2026, 11, 9): 1, date(2026, 11, 15): 2, date(2026, 11, 16): 4}
		self.assertEqual([3, 4], gather(starts, daily))

	def test_an_average_stays_where_it_was_while_nothing_is_counted(self):
		self.assertEqual([833.3, 833.3, 833.3, 900], averages([0, 2500, 0, 900], [0, 3, 0, 1]))

	def test_and_is_nought_where_nothing_was_ever_counted(self):
		self.assertEqual([0, 0], averages([0, 0], [0, 0]))
