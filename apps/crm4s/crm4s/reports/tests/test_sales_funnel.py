from unittest import TestCase

import pandas as pd

from crm4s.reports.sales_funnel import median_minutes, reached_by, sales_funnel

PATH = ["A", "B", "C"]
# Ten leads: five came no further than A (three lost, two open), three no further than B (one lost), two won.
ENDS = [(0, "Lost", 3), (0, "Open", 2), (1, "Lost", 1), (1, "Open", 2), (2, "Won", 2)]


class TestSalesFunnel(TestCase):
	def groups(self, ends=ENDS) -> pd.DataFrame:
		return pd.DataFrame(ends, columns=["furthest", "status", "count"])

	def test_who_came_how_far_and_who_dropped_out(self):
		found = sales_funnel(PATH, self.groups()).to_dict("records")
		expected = [
			{"state": "A", "reached": 10, "went_on": 5, "lost": 3, "open": 2, "dropped": 5, "dropped_percent": 50.0, "of_all_percent": 100.0},
			{"state": "B", "reached": 5, "went_on": 2, "lost": 1, "open": 2, "dropped": 3, "dropped_percent": 60.0, "of_all_percent": 50.0},
			{"state": "C", "reached": 2, "went_on": 0, "lost": 0, "open": 0, "dropped": 0, "dropped_percent": 0.0, "of_all_percent": 20.0},
		]
		self.assertEqual(expected, found)

	def test_without_leads_there_is_a_funnel_of_noughts(self):
		self.assertEqual([0, 0, 0], list(sales_funnel(PATH, self.groups([]))["reached"]))
		self.assertTrue(sales_funnel([], self.groups([])).empty)

	def test_side_by_side(self):
		groups = pd.DataFrame([("x", 0, "Open", 3), ("x", 2, "Won", 1), (None, 1, "Lost", 5)], columns=["key", "furthest", "status", "count"])
		expected = [
			{"key": "", "state_0": 5, "state_1": 5, "state_2": 0, "of_all_percent": 0.0},
			{"key": "x", "state_0": 4, "state_1": 1, "state_2": 1, "of_all_percent": 25.0},
		]
		self.assertEqual(expected, reached_by(PATH, groups).to_dict("records"))

	def test_the_median_is_the_middle_one_or_the_mean_of_the_two_in_the_middle(self):
		times = pd.DataFrame(
			[("odd", 5, 1), ("odd", 1, 1), ("odd", 9, 1), ("even", 10, 2), ("even", 20, 2), ("many", 1, 3), ("many", 100, 1)],
			columns=["state", "minutes", "count"],
		)
		self.assertEqual({"odd": 5.0, "even": 15.0, "many": 1.0}, median_minutes(times))
