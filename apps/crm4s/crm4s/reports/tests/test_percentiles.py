import unittest

import pandas as pd

from crm4s.reports.percentiles import measures_by_key, measures_of_all


class TestPercentiles(unittest.TestCase):
	"""Three visits of the east store, 10, 20 and 60 s of waiting: the median is 20, nine of ten lie below 20 + 0.8 × 40 = 52. One of no store, not waited for."""

	found = pd.DataFrame(
		{
			"key": ["east", "east", None, "east"],
			"wait_seconds": [60.0, 10.0, float("nan"), 20.0],
			"paid": [1.5, 0, 4, 2],
		}
	)

	def test_by_key_where_none_is_a_key_like_others(self):
		self.assertEqual(
			[
				{"key": "east", "visits": 3, "paid": 3.5, "wait_median": 20, "wait_p90": 52},
				{"key": None, "visits": 1, "paid": 4, "wait_median": None, "wait_p90": None},
			],
			measures_by_key(self.found, ["wait"], ["paid"], "visits"),
		)

	def test_of_all_together(self):
		self.assertEqual(
			{"key": "", "visits": 4, "paid": 7.5, "wait_median": 20, "wait_p90": 52},
			measures_of_all(self.found, ["wait"], ["paid"], "visits"),
		)

	def test_nothing_has_no_measures(self):
		nothing = self.found.iloc[:0]
		self.assertEqual([], measures_by_key(nothing, ["wait"], ["paid"], "visits"))
		self.assertIsNone(measures_of_all(nothing, ["wait"], ["paid"], "visits"))
