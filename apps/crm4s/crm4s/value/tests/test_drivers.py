import unittest

import numpy as np
import pandas as pd

from crm4s.value.drivers import find_drivers, relative_weights


def answers_of(size: int, seed: int = 1) -> tuple[pd.DataFrame, pd.Series]:
	"""Advisor moves the recommendation three times as much as the coffee, the plate nothing; a third of the plates is unknown."""
	rng = np.random.default_rng(seed)
	mood = rng.normal(0, 1, size)
	raw = {name: 0.6 * mood + rng.normal(0, 0.8, size) for name in ("advisor", "coffee")} | {"plate": rng.normal(0, 1, size)}
	outcome = 3 * raw["advisor"] + raw["coffee"] + rng.normal(0, 1, size)
	frame = pd.DataFrame(raw) / 10 + 0.5
	frame.loc[frame.index % 3 == 0, "plate"] = np.nan
	return frame, pd.Series(outcome)


class TestRelativeWeights(unittest.TestCase):
	def test_unrelated_questions_get_the_squares_of_their_correlations(self):
		np.testing.assert_allclose([0.36, 0.16], relative_weights(np.eye(2), np.array([0.6, 0.4])))

	def test_worked_example_of_two_related_questions(self):
		"""R² = (0.6² + 0.4² − 2 × 0.6 × 0.4 × 0.5) ÷ (1 − 0.5²) = 0.3733; the first has half of 0.6² + R² − 0.4²."""
		weights = relative_weights(np.array([[1, 0.5], [0.5, 1]]), np.array([0.6, 0.4]))
		np.testing.assert_allclose([0.28667, 0.08667], weights, atol=1e-5)

	def test_equal_questions_share_alike(self):
		np.testing.assert_allclose([0.18, 0.18], relative_weights(np.ones((2, 2)), np.array([0.6, 0.6])), atol=1e-6)


class TestDrivers(unittest.TestCase):
	def test_the_strongest_comes_first_and_its_interval_holds_the_truth(self):
		frame, outcome = answers_of(2000)
		found, explained = find_drivers(frame, outcome)
		self.assertEqual(["advisor", "coffee", "plate"], [driver.question for driver in found])
		# Slope of the outcome on the advisor: 3 + the coffee that comes along, 0.36 ÷ (0.36 + 0.64); a step is one unit here.
		self.assertLess(found[0].effect_low, 3.36)
		self.assertGreater(found[0].effect_high, 3.36)
		self.assertTrue(found[2].effect_low < 0 < found[2].effect_high)
		self.assertEqual("coffee", found[0].twin)
		self.assertAlmostEqual(1, sum(driver.share for driver in found))
		self.assertGreater(explained, 0.85)

	def test_unanswered_questions_count_where_they_were_answered(self):
		frame, outcome = answers_of(300)
		plate = next(driver for driver in find_drivers(frame, outcome)[0] if driver.question == "plate")
		self.assertEqual(200, plate.answers)

	def test_few_answers_say_nothing(self):
		self.assertEqual(([], None), find_drivers(*answers_of(29)))
		frame, outcome = answers_of(40)
		self.assertEqual(["advisor", "coffee"], sorted(driver.question for driver in find_drivers(frame, outcome)[0]))

	def test_everybody_answering_alike_says_nothing(self):
		frame, outcome = answers_of(100)
		self.assertEqual(([], None), find_drivers(frame * 0 + 1, outcome))
		self.assertEqual(([], None), find_drivers(frame, outcome * 0))

	def test_intervals_hold_the_truth_in_nineteen_of_twenty_samples(self):
		held = 0
		for seed in range(120):
			driver = next(driver for driver in find_drivers(*answers_of(250, seed))[0] if driver.question == "advisor")
			held += driver.effect_low <= 3.36 <= driver.effect_high
		self.assertGreaterEqual(held, 108)
