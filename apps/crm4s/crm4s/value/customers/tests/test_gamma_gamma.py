import unittest
from functools import cache

import numpy as np

from crm4s.value.customers import gamma_gamma, thin
from crm4s.value.customers.gamma_gamma import GammaGamma
from crm4s.value.customers.tests.cdnow import sample

GOLDEN = GammaGamma(6.25, 3.74, 15.45, 0, 946)


@cache
def fitted() -> GammaGamma:
	return gamma_gamma.fit(sample()["frequency"], sample()["mean"], sample()["customers"])


class TestGammaGamma(unittest.TestCase):
	def test_parameters_of_the_cdnow_sample(self):
		model = fitted()
		self.assertEqual(946, model.customers)
		for name, wanted in {"p": 6.25, "q": 3.74, "v": 15.45}.items():
			with self.subTest(name):
				self.assertAlmostEqual(wanted, getattr(model, name), delta=0.01)

	def test_each_customers_amount_is_that_of_lifetimes(self):
		repeated = sample()["frequency"] > 0
		found = fitted().expected_value(sample()["frequency"], sample()["mean"])[repeated]
		# Its search ends earlier than ours.
		np.testing.assert_allclose(found, sample()["expected_mean"][repeated], rtol=1e-4)

	def test_order_and_weights_change_nothing(self):
		order = np.random.default_rng(1).permutation(len(sample()))
		again = gamma_gamma.fit(*(sample()[name].to_numpy()[order] for name in ("frequency", "mean", "customers")))
		repeated = gamma_gamma.fit(*(np.repeat(sample()[name], sample()["customers"]) for name in ("frequency", "mean")))
		for name in ("p", "q", "v"):
			self.assertAlmostEqual(getattr(fitted(), name), getattr(again, name), places=4)
			self.assertAlmostEqual(getattr(fitted(), name), getattr(repeated, name), places=4)

	def test_the_unit_of_money_changes_only_v(self):
		fen = gamma_gamma.fit(sample()["frequency"], sample()["mean"] * 100, sample()["customers"])
		np.testing.assert_allclose([fen.p, fen.q, fen.v / 100], [fitted().p, fitted().q, fitted().v], rtol=1e-4)

	def test_worked_example(self):
		"""Two purchases of 22.35 on average: 6.25 × (15.45 + 2 × 22.35) ÷ (6.25 × 2 + 3.74 - 1)."""
		self.assertAlmostEqual(24.668, float(GOLDEN.expected_value(2, 22.35)), places=3)

	def test_who_is_unknown_spends_like_all(self):
		self.assertAlmostEqual(GOLDEN.mean, float(GOLDEN.expected_value(0, np.nan)))
		self.assertAlmostEqual(6.25 * 15.45 / 2.74, GOLDEN.mean)

	def test_the_more_purchases_the_closer_to_the_own_mean(self):
		amounts = GOLDEN.expected_value([1, 5, 50, 5000], 100.0)
		self.assertTrue((np.diff(amounts) > 0).all())
		self.assertAlmostEqual(100, amounts[-1], delta=0.1)

	def test_refunds_are_drawn_towards_all(self):
		self.assertTrue(-50 < float(GOLDEN.expected_value(3, -50.0)) < GOLDEN.mean)

	def test_too_little_is_said_in_words(self):
		for why, sentence, frequency, mean in (
			("nobody came again", thin.NO_AMOUNTS, np.zeros(50), np.ones(50)),
			("only refunds", thin.NO_AMOUNTS, np.ones(50), -np.ones(50)),
			("all the same", thin.ALL_EQUAL, np.ones(50), np.full(50, 80.0)),
		):
			with self.subTest(why), self.assertRaises(thin.TooThin) as raised:
				gamma_gamma.fit(frequency, mean)
			self.assertEqual(sentence, str(raised.exception))

	def test_a_heavy_tail_still_has_a_mean(self):
		amounts = np.random.default_rng(5).pareto(0.8, 2000) + 0.01
		model = gamma_gamma.fit(np.ones(2000), amounts)
		self.assertTrue(0 < model.mean < np.inf)
