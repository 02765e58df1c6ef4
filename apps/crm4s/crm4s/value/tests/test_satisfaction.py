import unittest

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm4s.value.satisfaction import (
	Indicator,
	Rating,
	delivered_value,
	index_by_indicator,
	measures,
	met_expectation,
	net_promoter_score,
	nps_group,
	satisfaction_index,
)

# Process (weight 3) has Advisor (1) and Quality (3); Price (weight 1) has no parts.
TREE = {
	"Process": Indicator(3),
	"Advisor": Indicator(1, "Process"),
	"Quality": Indicator(3, "Process"),
	"Price": Indicator(1),
}


def ten(value: int, indicator: str | None = None, weight: float = 1) -> Rating:
	return Rating(value, 1, 10, weight, indicator)


class TestIndex(unittest.TestCase):
	def test_the_worst_answers_give_0_and_the_best_1000(self):
		self.assertEqual(0, satisfaction_index([ten(1), ten(1)], {}))
		self.assertEqual(1000, satisfaction_index([ten(10), ten(10)], {}))

	def test_scales_of_five_and_of_ten_points_meet_at_their_ends_and_their_middle(self):
		self.assertEqual(500, satisfaction_index([Rating(3, 1, 5)], {}))
		self.assertEqual(750, satisfaction_index([Rating(3, 1, 5), ten(10)], {}))

	def test_answers_are_weighted_within_their_indicator(self):
		self.assertAlmostEqual(750, satisfaction_index([ten(10, "Price", 3), ten(1, "Price", 1)], TREE))

	def test_indicators_are_weighted_within_the_one_above(self):
		index = index_by_indicator([ten(10, "Advisor"), ten(1, "Quality"), ten(10, "Price")], TREE)
		self.assertEqual({"Advisor": 1000, "Quality": 0, "Price": 1000, "Process": 250}, {k: index[k] for k in TREE})
		# (3 × 250 + 1 × 1000) ÷ 4
		self.assertAlmostEqual(437.5, index[None])

	def test_many_questions_do_not_make_their_indicator_heavier(self):
		self.assertAlmostEqual(750, satisfaction_index([ten(10, "Process")] * 5 + [ten(1, "Price")], TREE))

	def test_an_indicator_without_answers_does_not_pull_the_index_down(self):
		self.assertEqual(1000, satisfaction_index([ten(10, "Quality")], TREE))

	def test_a_question_may_stand_beside_the_parts_of_its_indicator(self):
		index = index_by_indicator([ten(10, "Process", 1), ten(1, "Quality")], TREE)
		self.assertAlmostEqual(250, index["Process"])

	def test_without_ratings_that_weigh_anything_there_is_no_index(self):
		self.assertIsNone(satisfaction_index([], TREE))
		self.assertIsNone(satisfaction_index([ten(10, "Price", 0)], TREE))

	def test_an_unknown_indicator_and_a_circle_are_errors(self):
		self.assertRaises(KeyError, satisfaction_index, [ten(5, "Nowhere")], TREE)
		circle = {"A": Indicator(1, "B"), "B": Indicator(1, "A")}
		self.assertRaises(ValueError, satisfaction_index, [ten(5, "A")], circle)

	# A busy machine is no failure.
	@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
	@given(
		st.lists(
			st.builds(ten, st.integers(1, 10), st.sampled_from([None, *TREE]), st.integers(1, 9)), min_size=1, max_size=9
		)
	)
	def test_the_index_lies_between_the_worst_and_the_best_answer(self, ratings):
		shares = [rating.share * 1000 for rating in ratings]
		index = satisfaction_index(ratings, TREE)
		self.assertTrue(min(shares) - 1e-6 <= index <= max(shares) + 1e-6)


class TestRecommendation(unittest.TestCase):
	def test_groups_by_answer(self):
		expected = ["Detractor"] * 7 + ["Passive"] * 2 + ["Promoter"] * 2
		self.assertEqual(expected, [nps_group(answer) for answer in range(11)])

	def test_the_score_is_promoters_less_detractors(self):
		self.assertEqual(25, net_promoter_score([10, 9, 7, 0]))

	def test_without_answers_there_is_no_score(self):
		self.assertIsNone(net_promoter_score([]))


class TestMeasures(unittest.TestCase):
	"""The worked example of docs/decisions/satisfaction.md."""

	TREE = {
		"Maintenance": Indicator(40),
		"Advisor": Indicator(25, "Maintenance"),
		"Quality": Indicator(75, "Maintenance"),
		"Product": Indicator(60),
		"Total Value": Indicator(1, None, "Delivered Value"),
		"Total Cost": Indicator(1, None, "Delivered Cost"),
		"Culture": Indicator(1, None, "Service Value"),
	}

	def found(self):
		return measures(
			[
				Rating(10, 1, 10, 1, "Advisor", "greeting", "Culture"),
				Rating(7, 1, 10, 2, "Advisor", "explained"),
				Rating(4, 1, 5, 1, "Quality", "fixed"),
				Rating(1, 0, 1, 1, "Product", "again"),
				Rating(8, 1, 10, 1, "Total Value", "worth"),
				Rating(7, 1, 10, 1, "Total Cost", "waited"),
			],
			self.TREE,
		)

	def test_points_by_indicator_and_the_score(self):
		found = self.found()
		# Advisor (1 × 1 + 2 × 2/3) ÷ 3 = 7/9; quality 3/4; maintenance 0.25 × 7/9 + 0.75 × 3/4; the whole 0.4 × that + 0.6 × 1.
		for indicator, points in (("Advisor", 777.8), ("Quality", 750), ("Maintenance", 756.9), ("Product", 1000)):
			self.assertAlmostEqual(points, found.points[indicator], delta=0.05)
		self.assertAlmostEqual(902.8, found.score, delta=0.05)

	def test_other_kinds_are_views_of_their_own_and_do_not_move_the_score(self):
		found = self.found()
		self.assertEqual(4, found.rated)
		self.assertEqual(1000, found.points["Culture"])
		self.assertAlmostEqual(777.8, found.points["Total Value"], delta=0.05)
		self.assertAlmostEqual(666.7, found.points["Total Cost"], delta=0.05)
		# The best answer about a cost says that there was none.
		self.assertAlmostEqual(444.4, delivered_value(found.points["Total Value"], 1000 - found.points["Total Cost"]), delta=0.05)

	def test_what_asks_for_other_kinds_only_has_no_score(self):
		found = measures([Rating(8, 1, 10, 1, "Total Value")], self.TREE)
		self.assertEqual((None, 0, ["Total Value"]), (found.score, found.rated, list(found.points)))

	def test_stored_for_reports(self):
		stored = self.found().as_json()
		self.assertIn('"Advisor":777.8', stored)
		self.assertIn('"explained":0.6667', stored)
		self.assertEqual('{"i":{},"q":{}}', measures([], {}).as_json())

	def test_experience_over_expectation(self):
		self.assertAlmostEqual(0.9, met_expectation(810, 900))
		self.assertIsNone(met_expectation(810, None))
		self.assertIsNone(met_expectation(810, 0))
		self.assertIsNone(delivered_value(500, None))
