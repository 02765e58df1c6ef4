import unittest
from datetime import date

import numpy as np
import pandas as pd

from crm4s.value.customers.evaluate import SUMMARY, Settings, evaluate

TODAY = date(2001, 6, 1)
NOW = TODAY.toordinal()


def row(visits: int = 1, first_ago: int = 0, last_ago: int | None = None, margin: float = 100.0, **more) -> dict:
	days = {"first_day": NOW - first_ago, "last_day": NOW - (first_ago if last_ago is None else last_ago)} if visits else {"first_day": 0, "last_day": 0}
	money = {"visit_revenue": 4 * margin * visits, "visit_margin": margin * visits}
	return {**dict.fromkeys(SUMMARY, 0), "is_whole": 1, "visits": visits, **days, **money, **more}


def many(seed: int = 1, size: int = 400) -> list[dict]:
	"""Customers of different rhythms, some of whom have left."""
	chance = np.random.default_rng(seed)
	rows = []
	for _number in range(size):
		age, interval = int(chance.integers(100, 1500)), chance.gamma(3, 40)
		active = age * min(1.0, chance.uniform(0.1, 1.4))
		returns = int(active // max(interval, 7))
		last = age if not returns else int(age - returns * max(interval, 7))
		rows.append(row(returns + 1, age, max(1, last), margin=float(chance.gamma(2, 100))))
	return rows


def figures_of(*rows: dict, others: bool = True, **settings) -> pd.DataFrame:
	summary = pd.DataFrame([*rows, *(many() if others else [])])
	return evaluate(summary, Settings(**settings), TODAY).figures.iloc[: len(rows)]


class TestEvaluate(unittest.TestCase):
	@classmethod
	def setUpClass(cls):
		cls.all = evaluate(pd.DataFrame(many()), Settings(), TODAY)

	def test_every_row_gets_a_class_a_strategy_and_numbers(self):
		figures = self.all.figures
		self.assertFalse(figures.isna().any().any())
		self.assertEqual({1, 2, 3, 4, 5}, set(figures["rfm_recency"]))
		self.assertTrue(figures["risk"].between(0, 1).all())
		self.assertGreater(figures["value_class"].nunique(), 3)

	def test_the_order_of_the_rows_changes_nothing(self):
		turned = evaluate(pd.DataFrame(many()[::-1]), Settings(), TODAY).figures.iloc[::-1].reset_index(drop=True)
		pd.testing.assert_frame_equal(self.all.figures, turned, rtol=1e-5)

	def test_who_came_once_long_ago_has_no_value_and_who_came_once_lately_may_come_again(self):
		long_ago, lately = figures_of(row(1, 1400), row(1, 20)).to_dict("records")
		self.assertEqual(("No Value", "Let Go", "Ended", 1.0), tuple(long_ago[field] for field in ("value_class", "strategy", "lifecycle", "risk")))
		self.assertEqual(("One Visit Only", "Acquisition"), (lately["basis"], lately["lifecycle"]))
		self.assertLess(lately["risk"], 0.2)

	def test_who_costs_more_than_he_brings_has_no_value(self):
		costly = figures_of(row(10, 1000, 30, margin=50, cost=90_000)).iloc[0]
		self.assertLess(costly["lifetime_value"], 0)
		self.assertEqual("No Value", costly["value_class"])

	def test_one_gift_is_no_cost_of_each_year(self):
		# 3,000 in three years and more are less than 1,000 a year, of those who stay.
		given = figures_of(row(12, 1200, 30, margin=300, cost=3_000)).iloc[0]
		self.assertAlmostEqual(3_000 / (1200 / 365.25) * given["probability_alive"], given["yearly_cost"])
		self.assertEqual(3_000, figures_of(row(1, 0, margin=300, cost=3_000)).iloc[0]["yearly_cost"])

	def test_refunds_count_in_the_sums(self):
		refunded = figures_of(row(2, 400, 100, margin=-80)).iloc[0]
		self.assertEqual(-160, refunded["margin"])
		self.assertTrue(np.isfinite(refunded["lifetime_value"]))

	def test_a_car_counts_in_money_not_in_the_rhythm(self):
		car = {"deals": 1, "first_deal_day": NOW - 40, "last_deal_day": NOW - 40, "deal_revenue": 150_000.0, "deal_margin": 6_000.0}
		bought, both = figures_of(row(0, margin=0, **car), row(3, 400, 100, **car)).to_dict("records")
		self.assertEqual(("Only a Car Bought", 0, 6_000), (bought["basis"], bought["frequency"], bought["margin"]))
		self.assertEqual((2, 6_300, 151_200), (both["frequency"], both["margin"], both["revenue"]))

	def test_cars_bought_again_are_expected_of_all_at_the_rate_of_all(self):
		car = {"deals": 2, "deal_days": 2, "first_deal_day": NOW - 1000, "last_deal_day": NOW - 40, "deal_revenue": 300_000.0, "deal_margin": 12_000.0}
		rows = [row(0, margin=0, **car), *many()]
		found = evaluate(pd.DataFrame(rows), Settings(), TODAY).findings
		years = (1000 + sum(NOW - one["first_day"] for one in many())) / 365.25
		self.assertAlmostEqual(1 / years, found.repurchase_rate)
		self.assertEqual(6_000, found.mean_deal_margin)

	def test_cars_delivered_together_are_one_occasion(self):
		fleet = {"deals": 100, "deal_days": 1, "first_deal_day": NOW - 40, "last_deal_day": NOW - 40, "deal_revenue": 1e7, "deal_margin": 6e5}
		self.assertEqual(0, evaluate(pd.DataFrame([row(0, margin=0, **fleet), *many()]), Settings(), TODAY).findings.repurchase_rate)

	def test_who_has_just_bought_a_car_is_not_away(self):
		car = {"deals": 1, "deal_days": 1, "first_deal_day": NOW - 10, "last_deal_day": NOW - 10, "deal_revenue": 150_000.0, "deal_margin": 6_000.0}
		for found in figures_of(row(3, 1500, 1000, **car), row(1, 700, **car)).to_dict("records"):
			self.assertNotEqual(("Ended", "No Value"), (found["lifecycle"], found["value_class"]))
			self.assertGreater(found["probability_alive"], 0.9)

	def test_of_whom_the_rule_gives_up_nothing_is_expected(self):
		figures = self.all.figures[self.all.figures["lifecycle"] == "Ended"]
		self.assertGreater((figures["visits"] > 1).sum(), 10)
		self.assertEqual((0, 0, 0), tuple(figures[["probability_alive", "expected_visits", "lifetime_value"]].abs().max()))

	def test_a_higher_rate_makes_later_money_worth_less(self):
		low, high = (figures_of(row(8, 900, 20), rate=rate).iloc[0]["lifetime_value"] for rate in (0.01, 0.2))
		self.assertLess(high, low)

	def test_with_a_handful_of_customers_it_says_so_and_goes_by_their_rhythm(self):
		few = [row(5, 400, 0), row(1, 30)]
		result = evaluate(pd.DataFrame(few), Settings(), TODAY)
		self.assertIn("too few customers", result.findings.thin.lower())
		self.assertEqual("Too Few Data of All", result.figures["basis"].iloc[0])
		# Every hundred days, seen today: three and a half visits a year.
		self.assertAlmostEqual(365.25 / 100, result.figures["expected_visits"].iloc[0], 2)

	def test_nobody_at_all(self):
		self.assertTrue(evaluate(pd.DataFrame({field: [] for field in SUMMARY}, dtype=float), Settings(), TODAY).figures.empty)

	def test_rows_of_stores_are_judged_by_what_was_found_of_whole_customers(self):
		split = {**row(3, 400, 100), "is_whole": 0}
		alone = evaluate(pd.DataFrame(many()), Settings(), TODAY).findings
		self.assertEqual(alone, evaluate(pd.DataFrame([*many(), split]), Settings(), TODAY).findings)

	def test_where_nobody_leaves_the_recency_rule_says_who_is_late(self):
		# All come every fifty days, a little more or less often, and have just been here; one is four fifths of the way to being given up.
		chance = np.random.default_rng(2)
		steady = [row(int(visits), int(visits - 1) * 50 + int(extra), int(extra)) for visits, extra in zip(chance.integers(3, 20, 200), chance.integers(1, 30, 200), strict=True)]
		result = evaluate(pd.DataFrame([row(10, 580, 130), *steady]), Settings(), TODAY)
		self.assertLess(result.findings.visits.a, 1e-4 * result.findings.visits.b)
		self.assertAlmostEqual(0.8, result.figures["risk"].iloc[0], 2)
		self.assertAlmostEqual(0, result.figures["risk"].iloc[1])
