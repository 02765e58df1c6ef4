import json
import unittest

import pandas as pd

from crm4s.reports.satisfaction import (
	add_up,
	by_group,
	compare_with_expectation,
	delivered_by_group,
	in_tree_order,
	recommendation,
	sums_of,
)


def responses(*rows: tuple) -> pd.DataFrame:
	"""(key, score, points by indicator)."""
	stored = [(key, score, json.dumps({"i": points, "q": {}}) if points is not None else None) for key, score, points in rows]
	return pd.DataFrame(stored, columns=["key", "score", "measures"])


class TestIndexOfGroups(unittest.TestCase):
	def test_a_group_s_index_is_the_mean_of_its_responses(self):
		sums = sums_of(responses(("A", 800, {"Delivery": 900}), ("A", 700, {}), ("A", 900, {"Delivery": 700}), ("B", 500, {"Price": 1})))
		first, second = by_group(sums, ["Delivery", "Price"])
		self.assertEqual(("A", 3, 800.0), (first["key"], first["answers"], first["index"]))
		self.assertEqual(({"Delivery": 800.0}, {"Delivery": 2}), (first["points"], first["counts"]))
		self.assertAlmostEqual(551.6, first["low"], delta=0.1)
		self.assertEqual(("B", 1, 500.0, {"Price": 1.0}), (second["key"], second["answers"], second["index"], second["points"]))

	def test_months_add_up_to_the_same_as_all_at_once(self):
		one, two = responses(("A", 800, {"Delivery": 900}), ("B", 600, {})), responses(("A", 700, {"Delivery": 500}))
		apart = by_group(add_up([sums_of(one), sums_of(two)]), ["Delivery"])
		self.assertEqual(by_group(sums_of(pd.concat([one, two], ignore_index=True)), ["Delivery"]), apart)
		self.assertEqual([], by_group(add_up([]), []))

	def test_a_response_without_a_score_counts_for_its_indicators_only(self):
		(row,) = by_group(sums_of(responses(("A", None, {"Total Value": 600}), ("A", None, None))), ["Total Value"])
		self.assertEqual((0, None, {"Total Value": 600.0}), (row["answers"], row["index"], row["points"]))

	def test_the_tree_is_walked_from_the_top_and_brings_the_parents(self):
		parents = {"Delivery": "Purchase", "Price": "Purchase", "Purchase": None, "Brand": None, "Unasked": None}
		order = {"Brand": 1, "Purchase": 2, "Price": 3, "Delivery": 4}
		self.assertEqual([("Brand", 0), ("Purchase", 0), ("Price", 1), ("Delivery", 1)], in_tree_order(parents, order, ["Delivery", "Price", "Brand"]))


class TestOtherViews(unittest.TestCase):
	def test_experience_over_expectation_of_what_both_asked(self):
		found = compare_with_expectation(sums_of(responses(("", 810, {"Delivery": 720, "Price": 500}))), sums_of(responses(("", 900, {"Delivery": 960}))))
		self.assertEqual({"", "Delivery"}, set(found))
		self.assertAlmostEqual(0.9, found[""]["ratio"])
		self.assertAlmostEqual(0.75, found["Delivery"]["ratio"])

	def test_delivered_value_is_value_less_cost(self):
		sums = sums_of(responses(("A", None, {"Total Value": 800, "Total Cost": 700}), ("A", None, {"Total Value": 600, "Total Cost": 700}), ("B", 500, {})))
		self.assertEqual([{"key": "A", "answers": 2, "value": 700.0, "cost": 300.0, "delivered": 400.0}], delivered_by_group(sums, ["Total Value"], ["Total Cost"]))

	def test_recommendation_of_groups(self):
		counts = pd.DataFrame([("A", "Promoter", 60), ("A", "Passive", 30), ("A", "Detractor", 10), ("B", "Passive", 2)], columns=["key", "group", "answers"])
		first, second = recommendation(counts)
		self.assertEqual((60, 30, 10, 100, 50.0), tuple(first[name] for name in ("promoters", "passives", "detractors", "answers", "nps")))
		self.assertAlmostEqual(35.8, first["low"], delta=0.1)
		self.assertEqual((0.0, 2), (second["nps"], second["answers"]))
