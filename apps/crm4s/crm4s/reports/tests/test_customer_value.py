import unittest

import pandas as pd

from crm4s.reports.customer_value import by_key, lorenz, matrix, migration, rfm_grid, value_bands

ZERO = dict.fromkeys(("revenue", "margin", "positive_margin", "relationship_cost", "expected_visits", "yearly_margin", "lifetime_value", "risk_sum"), 0.0)


class TestMatrix(unittest.TestCase):
	def test_value_against_risk(self):
		classes = pd.DataFrame(
			[("High Value Stable", 2, 9000.0), ("High Value Stable", 1, 3000.0), ("High Value at Risk", 1, 4000.0), ("Low Value at Risk", 4, 400.0), ("No Value", 2, 0.0)],
			columns=["value_class", "customers", "lifetime_value"],
		)
		high, low, none = matrix(classes)
		self.assertEqual((3, 1, 4, 40.0, 12000.0, 4000.0, 16000.0), tuple(high[name] for name in ("stable", "at_risk", "customers", "share", "stable_value", "at_risk_value", "lifetime_value")))
		self.assertEqual((0, 4, 40.0), tuple(low[name] for name in ("stable", "at_risk", "share")))
		self.assertEqual((0, 0, 2, 20.0), tuple(none[name] for name in ("stable", "at_risk", "no_value", "share")))

	def test_nobody_is_no_share(self):
		self.assertEqual([0.0] * 3, [row["share"] for row in matrix(pd.DataFrame(columns=["value_class", "customers", "lifetime_value"]))])


class TestByKey(unittest.TestCase):
	def test_the_most_valuable_first_with_shares(self):
		groups = pd.DataFrame([{**ZERO, "store": "A", "customers": 3, "lifetime_value": 100.0}, {**ZERO, "store": "B", "customers": 1, "lifetime_value": 300.0, "margin": 50.0, "relationship_cost": 8.0}])
		best, other = by_key(groups, "store").to_dict("records")
		self.assertEqual(("B", 25.0, 75.0, 300.0, 42.0), tuple(best[name] for name in ("key", "customers_percent", "value_percent", "value_each", "margin_after_cost")))
		self.assertEqual(("A", 33.33), (other["key"], other["value_each"]))

	def test_keys_that_are_asked_for_are_there_without_customers(self):
		self.assertEqual([("A", 0), ("B", 0)], [(row["key"], row["customers"]) for row in by_key(pd.DataFrame(columns=["abc", "customers", *ZERO]), "abc", ["A", "B"]).to_dict("records")])


class TestMigration(unittest.TestCase):
	def test_who_did_not_move_is_the_rest_of_the_class(self):
		moves = pd.DataFrame(
			[("High Value Stable", "High Value at Risk", 3), ("Low Value Stable", "High Value Stable", 2), (None, "Low Value Stable", 5), ("No Value", "No Value", 7)],
			columns=["before", "after", "customers"],
		)
		table = migration(moves, {"High Value Stable": 10, "High Value at Risk": 3, "Low Value Stable": 9, "No Value": 7}).set_index("key")
		self.assertEqual((8, 3, 11), (table.loc["High Value Stable", "High Value Stable"], table.loc["High Value Stable", "High Value at Risk"], table.loc["High Value Stable", "total"]))
		self.assertEqual((2, 4), (table.loc["Low Value Stable", "High Value Stable"], table.loc["Low Value Stable", "Low Value Stable"]))
		self.assertEqual((5, 7), (table.loc["", "Low Value Stable"], table.loc["No Value", "No Value"]))

	def test_nothing_moved(self):
		table = migration(pd.DataFrame(columns=["before", "after", "customers"]), {"No Value": 4})
		self.assertEqual(4, table["total"].sum())


class TestGrid(unittest.TestCase):
	def test_the_most_recent_stand_above_and_each_cell_is_its_own(self):
		cells = pd.DataFrame([(5, 1, 4, 400.0, 0.0), (5, 2, 2, 300.0, 0.0), (1, 1, 1, -5.0, 0.0)], columns=["rfm_recency", "rfm_frequency", "customers", "margin_after_cost", "lifetime_value"])
		grid = rfm_grid(cells, "customers")
		self.assertEqual([5, 4, 3, 2, 1], list(grid["key"]))
		self.assertEqual((4, 2, 6), tuple(grid.iloc[0][["f_1", "f_2", "total"]]))
		self.assertEqual((100.0, 150.0, -5.0), (rfm_grid(cells, "margin_each").iloc[0]["f_1"], rfm_grid(cells, "margin_each").iloc[0]["f_2"], rfm_grid(cells, "margin_each").iloc[4]["f_1"]))

	def test_the_margin_of_a_customer_of_a_row_is_not_the_sum_of_its_cells(self):
		cells = pd.DataFrame([(5, 1, 4, 400.0, 0.0), (5, 2, 1, 300.0, 0.0)], columns=["rfm_recency", "rfm_frequency", "customers", "margin_after_cost", "lifetime_value"])
		self.assertEqual(140.0, rfm_grid(cells, "margin_each").iloc[0]["total"])


class TestLorenz(unittest.TestCase):
	def test_the_best_half_brings_nine_tenths(self):
		curve = lorenz(pd.DataFrame({"customers": [5, 5], "margin": [10.0, 90.0]}), points=4)
		self.assertEqual([(0.0, 0.0), (25.0, 45.0), (50.0, 90.0), (75.0, 95.0), (100.0, 100.0)], curve)

	def test_losses_bring_nothing_and_take_nothing(self):
		curve = lorenz(pd.DataFrame({"customers": [1, 1], "margin": [100.0, -100.0]}), points=2)
		self.assertEqual([(0.0, 0.0), (50.0, 100.0), (100.0, 100.0)], curve)

	def test_no_margin_is_no_curve(self):
		self.assertEqual([], lorenz(pd.DataFrame({"customers": [3], "margin": [0.0]})))


class TestBands(unittest.TestCase):
	def test_bands_with_open_ends(self):
		bands = pd.DataFrame([(-3, 2, -600.0), (0, 5, 500.0), (2, 1, 2500.0), (40, 1, 40000.0)], columns=["band", "customers", "lifetime_value"])
		frame = value_bands(bands, 1000, most=4)
		self.assertEqual([(2, 0), (5, 1000), (0, 2000), (1, 3000), (1, None)], [(row["customers"], None if row["high"] != row["high"] else row["high"]) for row in frame.to_dict("records")])
		self.assertAlmostEqual(100.0, frame["value_percent"].sum(), delta=0.2)

	def test_nobody_has_no_bands(self):
		self.assertEqual(0, len(value_bands(pd.DataFrame(columns=["band", "customers", "lifetime_value"]), 1000)))
