import unittest

import pandas as pd

from crm4s.value.customers.equity import driver_scores, equity, roots, top_share
from crm4s.value.satisfaction import Indicator


class TestEquity(unittest.TestCase):
	def test_worked_example(self):
		"""Shanghai 900 + 100 - 200 = 800 of 3 customers; Beijing 200 of one: 80 % and 20 % of 1,000."""
		values = pd.DataFrame({"key": ["Shanghai"] * 3 + ["Beijing"], "lifetime_value": [900.0, 100.0, -200.0, 200.0]})
		found = equity(values).set_index("key")
		self.assertEqual(["Shanghai", "Beijing"], list(found.index))
		self.assertEqual([(3, 800.0, 0.8, 2), (1, 200.0, 0.2, 1)], list(found[["customers", "equity", "share", "positive"]].itertuples(index=False, name=None)))
		self.assertAlmostEqual(800 / 3, found.loc["Shanghai", "mean"])
		# The best fifth of three customers are 0.6 of the best one.
		self.assertAlmostEqual(0.6 * 900 / 1000, found.loc["Shanghai", "top_share"])

	def test_rows_may_stand_for_many(self):
		many = pd.DataFrame({"key": ["A", "A"], "lifetime_value": [10.0, 1.0], "customers": [20, 80]})
		each = pd.DataFrame({"key": "A", "lifetime_value": [10.0] * 20 + [1.0] * 80})
		pd.testing.assert_frame_equal(equity(many), equity(each), check_dtype=False)
		self.assertAlmostEqual(200 / 280, equity(many)["top_share"][0])

	def test_customers_of_no_model_stand_together(self):
		self.assertEqual([""], list(equity(pd.DataFrame({"key": [None, None], "lifetime_value": [1.0, 2.0]}))["key"]))

	def test_of_a_loss_nobody_holds_a_share(self):
		found = equity(pd.DataFrame({"key": ["A"], "lifetime_value": [-5.0]}))
		self.assertTrue(found[["share", "top_share"]].isna().all(axis=None))
		self.assertIsNone(top_share(pd.Series([-1.0, 0.0])))

	def test_no_customers_give_no_rows(self):
		self.assertTrue(equity(pd.DataFrame({"key": [], "lifetime_value": []})).empty)


class TestDrivers(unittest.TestCase):
	def test_worked_example(self):
		"""Brand: 800 and 600 in A, 400 in B: 700 in A, 100 above the 600 of all."""
		points = pd.DataFrame({"key": ["A", "A", "B"], "driver": "Brand", "points": [800.0, 600.0, 400.0]})
		found = driver_scores(points).set_index("key")
		self.assertEqual((2, 700.0, 100.0), tuple(found.loc["A", ["answers", "points", "gap"]]))
		self.assertEqual((1, 400.0, -200.0), tuple(found.loc["B", ["answers", "points", "gap"]]))
		self.assertTrue(0 <= found.loc["A", "low"] < 700 < found.loc["A", "high"] <= 1000)

	def test_no_answers_give_no_rows(self):
		self.assertTrue(driver_scores(pd.DataFrame({"key": [], "driver": [], "points": []})).empty)

	def test_drivers_are_the_roots_of_their_kind(self):
		tree = {"Index": Indicator(), "Value": Indicator(kind="Customer Equity"), "Price": Indicator(parent="Value", kind="Customer Equity"), "Brand": Indicator(kind="Customer Equity")}
		self.assertEqual(["Value", "Brand"], roots(tree))
