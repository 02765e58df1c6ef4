"""Scores, ABC, stages, classes and strategies on examples that were worked out by hand."""

import unittest

import numpy as np
from hypothesis import given
from hypothesis.strategies import floats, lists, tuples

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
		found = classes.Cuts(100, 0.5).classes([True, False, False, False, False], [900, 100, 100, 10, 10], [0, 0.1, 0.5, 0.1, 0.9])
		self.assertEqual(["No Value", "High Value Stable", "High Value at Risk", "Low Value Stable", "Low Value at Risk"], found.tolist())

	def test_within_the_margin_the_class_before_stays(self):
		"""Cut 100 and 10 %: from 90 to 110; of risk 0.8 a tenth of the 0.2 above it: from 0.78 to 0.82."""
		cuts = classes.Cuts(100, 0.8, margin=0.1)
		values, risk = [89.9, 90, 109.9, 110, 109.9, 90], [0.1] * 6
		before = [*["High Value Stable"] * 2, *["Low Value Stable"] * 2, "", "No Value"]
		self.assertEqual(["Low", "High", "Low", "High", "High", "Low"], [found.split()[0] for found in cuts.classes([False] * 6, values, risk, before)])
		risk, before = [0.779, 0.78, 0.819, 0.821], [*["High Value at Risk"] * 2, *["High Value Stable"] * 2]
		self.assertEqual([False, True, False, True], ["Risk" in found for found in cuts.classes([False] * 4, [200] * 4, risk, before)])
		self.assertEqual(["No Value"], cuts.classes([True], [100], [0.1], ["High Value Stable"]).tolist())

	@given(
		lists(tuples(floats(0, 200), floats(0, 1)), min_size=1, max_size=30),
		floats(0.02, 0.98),
		floats(0, 0.5),
	)
	def test_nobody_goes_back_and_forth(self, nights: list[tuple[float, float]], risk_from: float, margin: float):
		"""Whatever the figures do: a class changes only where one of them went all the way through its margin since the last change, and the same again changes nothing."""
		cuts = classes.Cuts(100.0, risk_from, margin)
		now = ""
		for value, risk in nights:
			then = cuts.classes([False], [value], [risk], [now])[0]
			self.assertEqual(then, cuts.classes([False], [value], [risk], [then])[0])
			if not cuts.near([value], [risk])[0]:
				self.assertEqual(cuts.classes([False], [value], [risk])[0], then)
			for which, (measured, cut, reach) in enumerate(((value, 100.0, cuts.value_reach), (risk, risk_from, cuts.risk_reach))):
				sides = [(name.startswith("High"), "Risk" in name)[which] for name in (now, then)]
				if now and sides[0] != sides[1]:
					self.assertGreaterEqual(abs(measured - cut), reach * (1 - 1e-9) - 1e-9)
			now = then

	def test_the_strategy_of_each(self):
		found = classes.strategies(
			["No Value", "High Value Stable", "High Value at Risk", "Low Value Stable", "Low Value Stable", "Low Value at Risk"],
			["Ended", "Maturity", "Decline", "Growth", "Maturity", "Decline"],
		)
		self.assertEqual(["Let Go", "VIP", "Improve", "Improve", "Maintain", "Maintain"], found.tolist())
