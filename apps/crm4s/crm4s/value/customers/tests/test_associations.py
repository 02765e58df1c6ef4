import unittest

import numpy as np
import pandas as pd

from crm4s.value.customers.associations import OFFER, RULE, count, next_offers, rules


def baskets(**customers: str) -> pd.DataFrame:
	"""A letter an item."""
	return pd.DataFrame([(name, item) for name, items in customers.items() for item in items], columns=["customer", "item"])


# Forty customers: sixteen have tyres (T), alignment (A) and oil (O), four tyres alone, twenty oil alone.
FORTY = baskets(**{f"c{number:02d}": "TAO" if number < 16 else "T" if number < 20 else "O" for number in range(40)})


class TestRules(unittest.TestCase):
	def test_worked_example(self):
		"""Of 20 with tyres 16 have the alignment, of all 40 16: support 16/40, confidence 16/20, lift 0.8 ÷ 0.4 = 2."""
		rule = rules(FORTY, least_customers=3).set_index(["left", "right"]).loc[("T", "A")]
		self.assertEqual((16, 20, 16, 4), (rule["customers"], rule["left_customers"], rule["right_customers"], rule["lacking"]))
		self.assertEqual((0.4, 0.8, 2.0), (rule["support"], rule["confidence"], rule["lift"]))

	def test_what_is_no_more_than_usual_is_no_rule(self):
		"""Nine of ten have oil, of those with tyres four in five."""
		found = rules(FORTY, least_customers=3)
		self.assertNotIn(("T", "O"), set(zip(found["left"], found["right"], strict=True)))

	def test_too_few_make_no_rule(self):
		self.assertTrue(rules(FORTY, least_customers=17).empty)
		self.assertEqual(RULE, list(rules(FORTY, least_customers=17).columns))

	def test_what_may_be_chance_is_no_rule(self):
		"""Six of ten with A have B where half of 100 have it: that may well be chance; 600 of 1,000 where half of 10,000 have it may not."""
		for size, is_rule in ((1, False), (100, True)):
			with self.subTest(size):
				rows = {f"c{number}": ("A" if number < 10 * size else "C") + ("B" if number % 10 < 6 and number < 10 * size or number >= 56 * size else "") for number in range(100 * size)}
				found = rules(baskets(**rows), least_customers=5)
				self.assertEqual(is_rule, ("A", "B") in set(zip(found["left"], found["right"], strict=True)))

	def test_what_always_comes_together_is_one_thing(self):
		together = baskets(**{f"c{number}": "PF" if number < 20 else "O" for number in range(40)})
		self.assertTrue(rules(together, least_customers=3).empty)

	def test_having_it_twice_is_having_it(self):
		pd.testing.assert_frame_equal(rules(FORTY, 3), rules(pd.concat([FORTY, FORTY]), 3))

	def test_order_changes_nothing(self):
		pd.testing.assert_frame_equal(rules(FORTY, 3), rules(FORTY.sample(frac=1, random_state=1), 3))

	def test_nothing_gives_nothing(self):
		self.assertTrue(rules(FORTY[:0]).empty)
		self.assertEqual(OFFER, list(next_offers(FORTY[:0], rules(FORTY, 3)).columns))
		self.assertEqual(OFFER, list(next_offers(FORTY, rules(FORTY[:0])).columns))


class TestOffers(unittest.TestCase):
	def test_who_lacks_the_right_side_is_offered_it(self):
		found = next_offers(FORTY, rules(FORTY, least_customers=3))
		self.assertEqual([(f"c{number}", "A", "T", 0.8) for number in range(16, 20)], list(found[["customer", "offer", "because", "confidence"]].itertuples(index=False, name=None)))

	def test_the_best_rule_counts_and_nothing_is_offered_twice(self):
		known = pd.DataFrame([("A", "B", 0.9), ("C", "B", 0.8), ("A", "D", 0.7), ("A", "E", 0.6)], columns=["left", "right", "confidence"]).assign(support=0.1, lift=2.0)
		offers = next_offers(baskets(one="AC", two="C", three="ABD"), known, each=2)
		self.assertEqual(
			[("one", "B", "A"), ("one", "D", "A"), ("three", "E", "A"), ("two", "B", "C")],
			list(offers[["customer", "offer", "because"]].itertuples(index=False, name=None)),
		)

	def test_one_by_one_gives_the_same(self):
		chance = np.random.default_rng(3)
		rows = pd.DataFrame({"customer": chance.integers(0, 300, 1500), "item": chance.integers(0, 12, 1500)}).drop_duplicates()
		found = rules(rows, least_customers=5, least_confidence=0.05, least_lift=0)
		wanted = []
		for customer, items in rows.groupby("customer")["item"]:
			own = set(items)
			best = next((rule for rule in found.itertuples() if rule.left in own and rule.right not in own), None)
			if best is not None:
				wanted.append((customer, best.right, best.left))
		offers = next_offers(rows, found)
		self.assertTrue(wanted)
		self.assertEqual(wanted, list(offers[["customer", "offer", "because"]].itertuples(index=False, name=None)))


class TestCount(unittest.TestCase):
	def test_who_has_both_and_who_has_the_left(self):
		self.assertEqual([(16, 20), (36, 36), (0, 20), (0, 0)], count(FORTY, [("T", "A"), ("O", "O"), ("T", "?"), ("?", "T")]))
		self.assertEqual([(0, 0)], count(baskets(), [("T", "A")]))
