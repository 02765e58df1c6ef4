import unittest

import numpy as np
import pandas as pd

from crm4s.value.customers import groups, thin
from crm4s.value.customers.groups import HIGH, LOW, find_groups, name_of


def three_kinds(each: int = 60) -> pd.DataFrame:
	"""Who comes often and spends much, who comes seldom and spends much, who comes seldom and spends little."""
	chance = np.random.default_rng(1)
	kinds = ((20, 9000), (3, 8000), (2, 500))
	frame = pd.concat(
		pd.DataFrame({"margin": chance.normal(money, money / 20, each), "visits": chance.normal(visits, 0.3, each)}) for visits, money in kinds
	)
	return frame.set_axis([f"c{number}" for number in range(3 * each)])


class TestGroups(unittest.TestCase):
	@classmethod
	def setUpClass(cls):
		cls.figures = three_kinds()
		cls.found = find_groups(cls.figures)

	def test_it_finds_the_kinds_that_are_there(self):
		self.assertEqual([60, 60, 60], [group.customers for group in self.found.groups])
		kinds = [set(self.found.numbers.iloc[start : start + 60]) for start in (0, 60, 120)]
		self.assertEqual([{1}, {2}, {3}], kinds)
		self.assertGreater(self.found.clearness, 0.5)

	def test_groups_are_told_by_what_they_are_high_and_low_in(self):
		first, _second, third = self.found.groups
		self.assertEqual({("margin", HIGH), ("visits", HIGH)}, set(first.traits))
		self.assertEqual({("margin", LOW), ("visits", LOW)}, set(third.traits))
		phrases = {("margin", HIGH): "bring much", ("visits", HIGH): "come often"}
		self.assertEqual({"bring much", "come often"}, set(name_of(first, phrases, "average").split(", ")))
		self.assertEqual("average", name_of(third, phrases, "average"))
		self.assertAlmostEqual(self.figures["margin"].iloc[:60].mean(), first.means["margin"])

	def test_the_order_of_customers_changes_nothing(self):
		again = find_groups(self.figures.sample(frac=1, random_state=5))
		self.assertEqual([group.traits for group in self.found.groups], [group.traits for group in again.groups])
		pd.testing.assert_series_equal(self.found.numbers, again.numbers.reindex(self.found.numbers.index))

	def test_one_giant_is_no_group_of_his_own(self):
		figures = pd.concat([self.figures, pd.DataFrame({"margin": [9e9], "visits": [5000.0]}, index=["fleet"])])
		self.assertEqual([61, 60, 60], [group.customers for group in find_groups(figures).groups])

	def test_of_many_every_so_manieth_is_learned_from_and_all_are_told(self):
		before, groups.MOST_LEARNED = groups.MOST_LEARNED, 90
		self.addCleanup(setattr, groups, "MOST_LEARNED", before)
		pd.testing.assert_series_equal(self.found.numbers, find_groups(self.figures).numbers)

	def test_missing_figures_stand_in_the_middle(self):
		self.assertEqual(180, sum(group.customers for group in find_groups(self.figures.assign(asked=np.nan)).groups))

	def test_too_little_is_said_in_words(self):
		for sentence, figures in ((thin.FEW, self.figures[:10]), (thin.ALL_EQUAL, pd.DataFrame({"margin": np.ones(100)}))):
			with self.subTest(sentence), self.assertRaises(thin.TooThin) as raised:
				find_groups(figures)
			self.assertEqual(sentence, str(raised.exception))
