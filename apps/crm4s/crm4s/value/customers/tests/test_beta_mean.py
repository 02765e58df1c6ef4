import unittest

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from crm4s.value.customers.beta_mean import of_saturation

POSITIVE = st.floats(0.01, 1000)


class TestBetaMean(unittest.TestCase):
	@settings(deadline=None, max_examples=60)
	@given(POSITIVE, POSITIVE, POSITIVE, st.floats(1e-6, 100), st.floats(0.01, 14))
	def test_many_at_once_give_what_each_gives_alone(self, a, b, s, least, wide):
		tau = least * np.exp(np.linspace(0, wide, 400))
		alone = np.concatenate([of_saturation(a, b, s, tau[place : place + 1]) for place in range(0, 400, 57)])
		np.testing.assert_allclose(of_saturation(a, b, s, tau)[::57], alone, rtol=1e-6)

	def test_without_time_nothing_is_expected(self):
		np.testing.assert_array_equal([0.0, 0.0], of_saturation(1, 2, 3, np.array([0.0, 0.0])))
		self.assertEqual(0.0, of_saturation(1, 2, 3, np.array([0.0, 1.0]))[0])

	def test_within_a_short_time_it_is_the_rate(self):
		"""Nobody leaves before the first purchase: s τ."""
		np.testing.assert_allclose(of_saturation(0.8, 2.4, 3.0, np.array([1e-7])), 3e-7, rtol=1e-6)
