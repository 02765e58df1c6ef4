import unittest

import pandas as pd

from crm4s.reports.segment_profile import banded, means, shares


class TestShares(unittest.TestCase):
	def test_shares_of_both_and_how_many_times_the_others(self):
		rows = shares(pd.Series(["A"] * 30 + ["B"] * 10), pd.Series(["A"] * 50 + ["B"] * 50))
		first, second = rows
		self.assertEqual(("A", 30, 50, 75.0, 50.0, 150), tuple(first[name] for name in ("key", "segment", "others", "segment_percent", "others_percent", "index")))
		self.assertEqual((25.0, 50.0, 50), tuple(second[name] for name in ("segment_percent", "others_percent", "index")))

	def test_a_difference_is_clear_only_where_chance_would_hardly_make_it(self):
		# Both together have 80 of 140: 0.571; the standard error is 0.0926, twice which 0.25 exceeds.
		self.assertTrue(shares(pd.Series(["A"] * 30 + ["B"] * 10), pd.Series(["A"] * 50 + ["B"] * 50))[0]["clear"])
		self.assertFalse(shares(pd.Series(["A"] * 3 + ["B"]), pd.Series(["A"] * 5 + ["B"] * 5))[0]["clear"])

	def test_what_is_missing_is_a_value_and_order_is_kept(self):
		rows = shares(pd.Series([None, "B"]), pd.Series(["A"]), ["A", "B", "", "C"])
		self.assertEqual([("A", 0, 100.0), ("B", 50.0, 0.0), ("", 50.0, 0.0)], [(row["key"], row["segment_percent"], row["others_percent"]) for row in rows])
		self.assertIsNone(rows[1]["index"])

	def test_an_empty_segment_has_no_shares(self):
		self.assertEqual([(0.0, 100.0)], [(row["segment_percent"], row["others_percent"]) for row in shares(pd.Series([], dtype=object), pd.Series(["A"]))])


class TestBands(unittest.TestCase):
	def test_a_value_at_an_edge_is_in_the_upper_band(self):
		found, names = banded(pd.Series([17, 18, 29, 30, None]), (18, 30))
		self.assertEqual(["< 18", "18–29", "≥ 30"], names)
		self.assertEqual(["< 18", "18–29", "18–29", "≥ 30"], list(found[:4]))
		self.assertTrue(pd.isna(found[4]))


class TestMeans(unittest.TestCase):
	def test_means_leave_out_what_is_missing(self):
		(row,) = means(pd.DataFrame({"age": [30.0, 50.0, None]}), pd.DataFrame({"age": [20.0, 20.0]}), ["age"])
		self.assertEqual((40.0, 20.0, 200, False), tuple(row[name] for name in ("segment_mean", "others_mean", "index", "clear")))

	def test_a_difference_of_many_is_clear(self):
		(row,) = means(pd.DataFrame({"age": [30.0, 32.0] * 20}), pd.DataFrame({"age": [20.0, 22.0] * 20}), ["age"])
		self.assertTrue(row["clear"])

	def test_nobody_has_no_mean(self):
		(row,) = means(pd.DataFrame({"age": []}), pd.DataFrame({"age": [20.0]}), ["age"])
		self.assertEqual((None, None, False), (row["segment_mean"], row["index"], row["clear"]))
