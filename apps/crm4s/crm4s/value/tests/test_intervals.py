import unittest
from math import inf

import numpy as np

from crm4s.value.intervals import mean_interval, nps_interval, t_point


class TestMean(unittest.TestCase):
	def test_points_of_student_s_t_are_those_of_the_tables(self):
		for freedom, expected in ((1, 12.706), (4, 2.776), (5, 2.571), (9, 2.262), (29, 2.045), (120, 1.980)):
			self.assertAlmostEqual(expected, t_point(freedom), delta=0.001, msg=freedom)
		self.assertEqual(inf, t_point(0))

	def test_worked_example(self):
		"""800, 900 and 700: mean 800, standard deviation 100, 4.3027 × 100 ÷ √3 = 248.4 either way, cut at the scale's end."""
		low, high = mean_interval(3, 2400, 800**2 + 900**2 + 700**2, 0, 1000)
		self.assertAlmostEqual(551.6, low, delta=0.1)
		self.assertEqual(1000, high)

	def test_one_answer_says_nothing(self):
		self.assertEqual((0, 1000), mean_interval(1, 800, 640000, 0, 1000))


class TestNetPromoterScore(unittest.TestCase):
	def test_worked_example(self):
		"""60 promoters and 10 detractors of 100: 61/102 − 11/102 = 0.490; half of it 1.96 √((0.598 + 0.108 − 0.240) ÷ 102) = 0.132."""
		low, high = nps_interval(60, 10, 100)
		self.assertAlmostEqual(35.8, low, delta=0.1)
		self.assertAlmostEqual(62.3, high, delta=0.1)

	def test_one_friend_is_no_certainty(self):
		low, high = nps_interval(1, 0, 1)
		self.assertLess(low, 0)
		self.assertEqual((-100.0, 100.0), nps_interval(0, 0, 0))

	def test_it_holds_the_truth_in_nineteen_of_twenty_samples(self):
		rng = np.random.default_rng(7)
		for size in (10, 40, 200):
			drawn = rng.multinomial(size, [0.55, 0.3, 0.15], 4000)
			held = np.mean([low <= 40 <= high for low, high in (nps_interval(int(row[0]), int(row[2]), size) for row in drawn)])
			self.assertGreater(held, 0.93, size)
			self.assertLess(held, 0.985, size)
