import unittest

import numpy as np

from crm4s.value.customers.lifetime_value import discounts, lifetime_value


class TestLifetimeValue(unittest.TestCase):
	def test_worked_example(self):
		"""1,000 a year less 200 of cost, 5 %: 800 ÷ 1.05 + 800 ÷ 1.1025 = 761.90 + 725.62."""
		self.assertAlmostEqual(1487.528, float(lifetime_value([[1000, 1000]], [[200, 200]], 0.05)[0]), places=3)

	def test_one_cost_for_all_years_or_all_customers(self):
		margins = np.array([[1000.0, 500.0], [0.0, 0.0]])
		each = lifetime_value(margins, np.array([[200.0], [100.0]]), 0.0)
		np.testing.assert_allclose(each, [1100, -200])
		np.testing.assert_allclose(lifetime_value(margins, 100.0, 0.0), [1300, -200])

	def test_without_interest_a_later_year_counts_as_much(self):
		np.testing.assert_allclose(discounts(3, 0.0), [1, 1, 1])
		np.testing.assert_allclose(discounts(2, 0.25), [0.8, 0.64])

	def test_a_rate_of_less_than_all_is_refused(self):
		with self.assertRaisesRegex(ValueError, "above -100"):
			lifetime_value([[1]], 0, -1)
