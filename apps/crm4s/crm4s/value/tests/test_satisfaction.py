import unittest

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crm4s.value.satisfaction import (
	Indicator,
	Rating,
	index_by_indicator,
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
