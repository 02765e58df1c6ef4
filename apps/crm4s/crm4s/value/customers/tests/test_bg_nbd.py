import unittest
from functools import cache

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from crm4s.value.customers import bg_nbd, likeliest, thin
from crm4s.value.customers.bg_nbd import BgNbd
from crm4s.value.customers.tests.cdnow import sample

WEEKS = 39
GOLDEN = BgNbd(0.243, 4.414, 0.793, 2.426, 0, 2357)
POSITIVE = st.floats(0.05, 20)


@cache
def fitted() -> BgNbd:
	return bg_nbd.fit(*histories(), sample()["customers"])


def histories() -> list[np.ndarray]:
	return [sample()[name].to_numpy() for name in ("frequency", "recency", "age")]


def by_counting(model: BgNbd, horizon: float, frequency: float, age: float, most: int = 20_000) -> float:
	"""Purchases expected of one who still comes, as a sum over the first, second … purchase; nothing can cancel in it."""
	from scipy.stats import nbinom

	number = np.arange(1, most)
	reached = nbinom.sf(number - 1, model.r + frequency, (model.alpha + age) / (model.alpha + age + horizon))
	stays = np.cumprod(np.append(1, (model.b + frequency + number[:-1] - 1) / (model.a + model.b + frequency + number[:-1] - 1)))
	return float(reached @ stays)


class TestGolden(unittest.TestCase):
	def test_parameters_of_the_cdnow_sample(self):
		model = fitted()
		for name, wanted in {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}.items():
			with self.subTest(name):
				self.assertAlmostEqual(wanted, getattr(model, name), delta=0.0005)
		self.assertAlmostEqual(-9582.4292, model.log_likelihood, places=3)
		self.assertEqual((2357, False), (model.customers, model.is_edge))

	def test_each_customers_expectation_and_chance_are_those_of_lifetimes(self):
		expected = fitted().expected_purchases(WEEKS, *histories())
		alive = fitted().probability_alive(*histories())
		np.testing.assert_allclose(expected, sample()["expected_39"], atol=1e-4)
		np.testing.assert_allclose(alive, sample()["alive"], atol=1e-4)

	def test_the_worked_example_of_the_authors(self):
		"""Customer 0001 of the sample, as Fader and Hardie's note on the model in a spreadsheet works it out: 1.226 purchases in 39 weeks."""
		self.assertAlmostEqual(1.226, float(GOLDEN.expected_purchases(39, 2, 30.43, 38.86)[0]), places=3)


class TestFit(unittest.TestCase):
	def test_order_changes_nothing(self):
		order = np.random.default_rng(1).permutation(len(sample()))
		again = bg_nbd.fit(*(part[order] for part in histories()), sample()["customers"].to_numpy()[order])
		self.assertEqual(fitted(), again)

	def test_a_weight_is_so_many_customers(self):
		repeated = [np.repeat(part, sample()["customers"]) for part in histories()]
		self.assertEqual(fitted(), bg_nbd.fit(*repeated))

	def test_the_unit_of_time_changes_only_alpha(self):
		frequency, recency, age = histories()
		days = bg_nbd.fit(frequency, recency * 7, age * 7, sample()["customers"])
		np.testing.assert_allclose([days.r, days.alpha / 7, days.a, days.b], [fitted().r, fitted().alpha, fitted().a, fitted().b], rtol=1e-5)

	def test_it_finds_the_parameters_that_made_the_data(self):
		frequency, recency, age = simulated(40_000, BgNbd(1.5, 20.0, 0.9, 6.0, 0, 0))
		model = bg_nbd.fit(frequency, recency, age)
		np.testing.assert_allclose([model.r, model.alpha, model.a, model.b], [1.5, 20.0, 0.9, 6.0], rtol=0.12)

	def test_of_very_many_histories_a_part_is_searched_first(self):
		histories = simulated(3_000, BgNbd(1.5, 20.0, 0.9, 6.0, 0, 0))
		wanted = bg_nbd.fit(*histories)
		before, likeliest.SEARCHED_FIRST = likeliest.SEARCHED_FIRST, 500
		self.addCleanup(setattr, likeliest, "SEARCHED_FIRST", before)
		found = bg_nbd.fit(*histories)
		self.assertAlmostEqual(wanted.log_likelihood, found.log_likelihood, places=3)
		np.testing.assert_allclose([found.r, found.alpha, found.a, found.b], [wanted.r, wanted.alpha, wanted.a, wanted.b], rtol=2e-3)

	def test_where_nobody_leaves_nobody_is_thought_gone(self):
		ages = np.full(500, 300.0)
		frequency = np.random.default_rng(3).poisson(12, 500).astype(float) + 1
		model = bg_nbd.fit(frequency, ages - 0.5, ages)
		self.assertGreater(model.probability_alive(frequency, ages - 0.5, ages).min(), 0.99)
		yearly = model.expected_purchases(52, 12, 299.5, 300)[0]
		self.assertAlmostEqual(13 * 52 / 300, yearly, delta=0.3)

	def test_too_little_is_said_in_words(self):
		many = np.ones(100)
		for why, sentence, frequency, recency, age in (
			("no customers", thin.NOBODY, [], [], []),
			("nobody came before today", thin.NOBODY, 0 * many, 0 * many, 0 * many),
			("one customer", thin.FEW, [3], [10], [20]),
			("nobody came again", thin.NO_REPEATS, 0 * many, 0 * many, np.arange(100) + 1),
			("all alike", thin.ALL_EQUAL, many, many, many * 2),
		):
			with self.subTest(why), self.assertRaises(thin.TooThin) as raised:
				bg_nbd.fit(frequency, recency, age)
			self.assertEqual(sentence, str(raised.exception))

	def test_what_is_no_history_is_refused(self):
		for frequency, recency, age in ((-1, 0, 1), (1, 2, 1), (1, -1, 1), (np.nan, 0, 1), (1, 1, np.inf)):
			with self.subTest((frequency, recency, age)), self.assertRaisesRegex(ValueError, "counted from 0"):
				fitted().probability_alive(frequency, recency, age)


class TestForecast(unittest.TestCase):
	@settings(deadline=None, max_examples=60)
	@given(POSITIVE, st.floats(1, 20), st.floats(0.05, 1e5), st.floats(0.05, 1e6), st.integers(0, 60), st.floats(0, 300), st.floats(0.1, 50))
	def test_it_is_what_counting_purchase_by_purchase_gives(self, r, alpha, a, b, frequency, age, horizon):
		model = BgNbd(r, alpha, a, b, 0, 0)
		wanted = by_counting(model, horizon, frequency, age)
		# By the chance to be there, which is one right after a first purchase.
		alive = model.probability_alive(frequency, age if frequency else 0, age)[0]
		found = model.expected_purchases(horizon, frequency, age if frequency else 0, age)[0]
		self.assertAlmostEqual(1, found / (wanted * alive), places=6)

	@settings(deadline=None, max_examples=60)
	@given(*[st.floats(1e-5, 1e5)] * 4, st.integers(0, 10**7), st.floats(0, 1), st.floats(0, 1e5), st.floats(1e-6, 1e6))
	def test_it_is_a_sensible_number_for_whatever_parameters(self, r, alpha, a, b, frequency, share, age, horizon):
		model = BgNbd(r, alpha, a, b, 0, 0)
		history = (frequency, age * share if frequency else 0, age)
		alive, expected = model.probability_alive(*history)[0], model.expected_purchases(horizon, *history)[0]
		self.assertTrue(0 <= alive <= 1)
		# Nobody comes more often than the rate says of one who never leaves.
		self.assertTrue(0 <= expected <= alive * (r + frequency) * horizon / (alpha + age) * (1 + 1e-9), expected)

	def test_who_never_came_again_counts_as_there(self):
		self.assertEqual(1.0, GOLDEN.probability_alive(0, 0, 500)[0])

	def test_the_longer_away_the_less_likely(self):
		alive = GOLDEN.probability_alive(5, 20, [20, 25, 40, 80, 1000])
		self.assertTrue((np.diff(alive) < 0).all())

	def test_periods_are_the_differences_of_their_ends(self):
		by_year = GOLDEN.expected_by_period([52, 104, 156], *histories())
		self.assertEqual((len(sample()), 3), by_year.shape)
		np.testing.assert_allclose(by_year.sum(axis=1), GOLDEN.expected_purchases(156, *histories()), rtol=1e-9)
		self.assertTrue((np.diff(by_year, axis=1) < 0).all())

	def test_periods_must_follow_each_other(self):
		with self.assertRaisesRegex(ValueError, "one after the other"):
			GOLDEN.expected_by_period([52, 26], 1, 1, 2)

	def test_no_customers_give_no_figures(self):
		self.assertEqual((0, 2), GOLDEN.expected_by_period([1, 2], [], [], []).shape)


def simulated(customers: int, model: BgNbd, age: float = 200.0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
	"""Histories drawn from the model's own story."""
	chance = np.random.default_rng(7)
	rate, leave = chance.gamma(model.r, 1 / model.alpha, customers), chance.beta(model.a, model.b, customers)
	ages = chance.uniform(age / 4, age, customers)
	frequency, last, now, there = np.zeros(customers), np.zeros(customers), np.zeros(customers), np.ones(customers, dtype=bool)
	while there.any():
		now[there] += chance.exponential(1 / rate[there])
		there &= now <= ages
		frequency[there] += 1
		last[there] = now[there]
		there &= chance.random(customers) > leave
	return frequency, last, ages
