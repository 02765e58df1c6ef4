"""Scores, ABC, stages, classes and strategies on examples that were worked out by hand."""

import unittest

import numpy as np

from crm4s.value.customers import abc, classes, lifecycle, rfm


class TestFifths(unittest.TestCase):
	def test_each_fifth_gets_a_score(self):
		values = list(range(1, 11))
		self.assertEqual([1, 1, 2, 2, 3, 3, 4, 4, 5, 5], rfm.fifths(values).scores(values).tolist())

	def test_equals_get_equal_scores(self):
		values = [1, 1, 1, 1, 1, 1, 2, 3, 4, 9]
		self.assertEqual([1, 1, 1, 1, 1, 1, 4, 4, 5, 5], rfm.fifths(values).scores(values).tolist())

	def test_without_anybody_everything_is_low(self):
		self.assertEqual([1], rfm.fifths([]).scores([100]).tolist())

	def test_a_cell_is_three_digits(self):
		self.assertEqual(["511", "345"], rfm.cells(np.array([5, 3]), np.array([1, 4]), np.array([1, 5])).tolist())


class TestAbc(unittest.TestCase):
	def test_the_classes_by_cumulative_margin(self):
		# 50 and 30 are 80 of 100, with 10 and 5 they are 95.
		margins = [5, 50, 3, 30, 2, 10, -20, 0]
		self.assertEqual(list("BACACBCC"), abc.abc_cuts(margins).classes(margins).tolist())

	def test_who_reaches_the_share_belongs_to_the_class(self):
		margins = [79, 2, 19]
		self.assertEqual(list("ACA"), abc.abc_cuts(margins).classes(margins).tolist())

	def test_without_a_margin_everybody_is_c(self):
		self.assertEqual(list("CC"), abc.abc_cuts([0, -1]).classes([0, -1]).tolist())


class TestLifecycle(unittest.TestCase):
	RHYTHM = lifecycle.Rhythm(usual_days=100, given_up_factor=3)

	def stage(self, visits: int, recency_days: float, days_away: float, risk: float = 0.1) -> str:
		rhythm_of = ([visits - 1], [recency_days], [days_away])
		return lifecycle.stages(*rhythm_of, [risk], self.RHYTHM.given_up(*rhythm_of), self.RHYTHM, mature_from=5)[0]

	def test_the_stages_in_their_order(self):
		self.assertEqual("Acquisition", self.stage(1, 0, 20))
		self.assertEqual("Growth", self.stage(4, 300, 20))
		self.assertEqual("Maturity", self.stage(5, 400, 20))
		self.assertEqual("Decline", self.stage(5, 400, 151))
		self.assertEqual("Ended", self.stage(5, 400, 301))

	def test_who_has_probably_left_is_in_decline_before_the_time_is_over(self):
		self.assertEqual("Decline", self.stage(5, 400, 20, risk=0.51))

	def test_a_slower_rhythm_of_ones_own_gives_more_time(self):
		# Comes every 200 days: given up after 600, not 300.
		self.assertEqual("Decline", self.stage(3, 400, 599))
		self.assertEqual("Ended", self.stage(3, 400, 601))

	def test_overdue_is_counted_from_the_next_visit_by_rhythm(self):
		self.assertEqual([0, 0, 0.5, 1], self.RHYTHM.overdue([2] * 4, [200] * 4, [10, 100, 200, 400]).tolist())
		self.assertEqual([0.1], self.RHYTHM.spent([0], [0], [30]).tolist())

	def test_the_usual_interval_is_that_of_the_middle_customer(self):
		self.assertEqual(150.0, lifecycle.usual_interval([2, 1, 0], [300, 150, 0], otherwise=182))
		# A fleet that comes every day of two years is one customer among four.
		self.assertEqual(200.0, lifecycle.usual_interval([730, 1, 1, 2], [730, 200, 200, 400], otherwise=182))
		self.assertEqual(182, lifecycle.usual_interval([0], [0], otherwise=182))


class TestClasses(unittest.TestCase):
	def test_the_natural_split_lies_in_the_gap(self):
		self.assertEqual(50.0, classes.natural_split([1, 2, 3, 50, 51, 2], otherwise=0))
		self.assertEqual(7, classes.natural_split([4, 4], otherwise=7))

	def test_the_value_cut_divides_ratios_or_takes_the_share(self):
		self.assertAlmostEqual(1000, classes.value_cut([10, 12, 9, 1000, 1400]))
		self.assertEqual(4.0, classes.value_cut([1, 2, 3, 4, 5], share=0.4))

	def test_five_classes(self):
		found = classes.value_classes([True, False, False, False, False], [900, 100, 100, 10, 10], [0, 0.1, 0.5, 0.1, 0.9], 100, 0.5)
		self.assertEqual(["No Value", "High Value Stable", "High Value at Risk", "Low Value Stable", "Low Value at Risk"], found.tolist())

	def test_the_strategy_of_each(self):
		found = classes.strategies(
			["No Value", "High Value Stable", "High Value at Risk", "Low Value Stable", "Low Value Stable", "Low Value at Risk"],
			["Ended", "Maturity", "Decline", "Growth", "Maturity", "Decline"],
		)
		self.assertEqual(["Let Go", "VIP", "Improve", "Improve", "Maintain", "Maintain"], found.tolist())
