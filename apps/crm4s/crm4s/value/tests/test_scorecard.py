import unittest
from datetime import date

from crm4s.value.scorecard import (
	Place,
	Target,
	attainment,
	composite,
	contributions,
	first_of_window,
	kpi_value,
	light,
	next_month,
	place,
	target_for,
)


class TestValueAndLight(unittest.TestCase):
	def test_a_value_is_numerator_by_denominator(self):
		self.assertEqual(82.5, kpi_value(33, 40, 100))
		self.assertIsNone(kpi_value(3, 0, 100))

	def test_less_is_better_is_measured_from_the_same_target(self):
		self.assertAlmostEqual(1.1, attainment(88, 80, "Higher"))
		self.assertAlmostEqual(0.9, attainment(22, 20, "Lower"))
		self.assertAlmostEqual(1.1, attainment(18, 20, "Lower"))
		self.assertEqual((2.0, 0.0), (attainment(0, 20, "Lower"), attainment(60, 20, "Lower")))
		self.assertEqual(0.0, attainment(-12, 40, "Higher"))

	def test_without_value_or_target_nothing_is_reached(self):
		for value, target in ((None, 80), (50, None), (50, 0), (50, -3)):
			self.assertIsNone(attainment(value, target, "Higher"))

	def test_the_light_changes_at_its_limits(self):
		self.assertEqual(["Green", "Yellow", "Yellow", "Red", None], [light(reached, 1.0, 0.9) for reached in (1.0, 0.999, 0.9, 0.899, None)])
		# 0.1 too little for a float, not for a person.
		self.assertEqual("Yellow", light(attainment(63, 70, "Higher"), 1.0, 0.9))


class TestComposite(unittest.TestCase):
	def test_attainments_are_weighed(self):
		# (20 × 1.0 + 10 × 0.8 + 10 × 0.5) ÷ 40 = 0.825
		self.assertEqual(82.5, composite([(1.0, 20), (0.8, 10), (0.5, 10)]))

	def test_one_far_above_does_not_hide_another(self):
		self.assertEqual(85.0, composite([(3.0, 10), (0.5, 10)]))

	def test_what_has_no_value_counts_nowhere(self):
		self.assertEqual(80.0, composite([(0.8, 10), (None, 90), (0.1, 0)]))
		self.assertIsNone(composite([(None, 10)]))


class TestPlace(unittest.TestCase):
	def test_rank_best_and_median(self):
		self.assertEqual(Place(2, 4, 95, 85.0), place(90, [95, 90, 80, 70], "Higher"))
		self.assertEqual(Place(3, 4, 70, 85.0), place(90, [95, 90, 80, 70], "Lower"))
		self.assertEqual(1, place(95, [95, 95, 80], "Higher").rank)
		self.assertEqual(Place(None, 2, 95, 85.0), place(None, [95, 75], "Higher"))
		self.assertEqual(Place(None, 0, None, None), place(None, [], "Higher"))


class TestContributions(unittest.TestCase):
	def test_they_add_up_to_the_change(self):
		before, now = {"A": (30, 100), "B": (20, 100)}, {"A": (20, 100), "B": (30, 100), "C": (5, 50)}
		found = contributions(before, now, 100)
		# 25 % before, 22 % now.
		self.assertAlmostEqual(-3.0, sum(found.values()))
		# A: (20 − 25) ÷ 250 − (30 − 25) ÷ 200 = −0.02 − 0.025
		self.assertAlmostEqual(-4.5, found["A"])
		self.assertAlmostEqual(-3.0, found["C"])

	def test_who_does_as_everybody_did_moves_nothing(self):
		found = contributions({"A": (10, 40), "B": (15, 60)}, {"A": (50, 200), "B": (15, 60)})
		self.assertEqual({"A": 0.0, "B": 0.0}, {part: round(value, 9) for part, value in found.items()})

	def test_nothing_is_said_where_nothing_was_counted(self):
		self.assertEqual({}, contributions({}, {"A": (1, 2)}))
		self.assertEqual({}, contributions({"A": (1, 2)}, {"A": (0, 0)}))


class TestMonthsAndTargets(unittest.TestCase):
	def test_windows_end_with_their_month(self):
		self.assertEqual(date(2001, 3, 1), first_of_window(date(2001, 3, 1), 1))
		self.assertEqual(date(2000, 4, 1), first_of_window(date(2001, 3, 1), 12))
		self.assertEqual(date(2000, 12, 1), first_of_window(date(2001, 2, 1), 3))
		self.assertEqual((date(2002, 1, 1), date(2001, 2, 1)), (next_month(date(2001, 12, 1)), next_month(date(2001, 1, 1))))

	def test_the_nearest_node_and_there_the_month_decides(self):
		group_year, group_march = Target("Group", 2001, 0, 80), Target("Group", 2001, 3, 82)
		store_year, next_year = Target("Store", 2001, 0, 85), Target("Store", 2002, 0, 99)
		way, march, april = ["Store", "Region", "Group"], date(2001, 3, 1), date(2001, 4, 1)
		self.assertEqual(group_march, target_for([group_year, group_march, next_year], way, march))
		self.assertEqual(group_year, target_for([group_year, group_march], way, april))
		self.assertEqual(store_year, target_for([group_year, group_march, store_year], way, march))
		self.assertIsNone(target_for([next_year], way, march))
