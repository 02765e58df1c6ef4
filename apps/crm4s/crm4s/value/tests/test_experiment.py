"""Two groups by chance, and what can be said of their difference."""

import unittest
from math import sqrt

from hypothesis import given
from hypothesis import strategies as st

from crm4s.value.experiment import CONTACT, FEWER, HOLD_OUT, MORE, NO_DIFFERENCE, NOT_ENOUGH, Group, arm_of, compare, newcombe, wilson

counts = st.integers(0, 5000).flatmap(lambda members: st.tuples(st.just(members), st.integers(0, members)))


class TestGroups(unittest.TestCase):
	def test_the_same_names_give_the_same_group_in_any_order(self):
		names = [f"CU-{number:07}" for number in range(1000)]
		there, back = ([arm_of("CA-00001", name, 0.2) for name in order] for order in (names, names[::-1]))
		self.assertEqual(there, back[::-1])

	def test_about_as_many_are_held_out_as_asked_for_and_anew_in_each_campaign(self):
		names = [f"CU-{number:07}" for number in range(20_000)]
		first, second = ({name for name in names if arm_of(campaign, name, 0.1) == HOLD_OUT} for campaign in ("CA-00001", "CA-00002"))
		for held_out, share, of in ((first, 0.1, 20_000), (second, 0.1, 20_000), (first & second, 0.01, 20_000)):
			# Four standard deviations.
			self.assertLess(abs(len(held_out) - share * of), 4 * sqrt(of * share * (1 - share)))

	def test_nobody_is_held_out_where_none_should_be(self):
		self.assertEqual({CONTACT}, {arm_of("CA-1", str(number), 0) for number in range(1000)})

	@given(st.floats(0, 1), st.floats(0, 1), st.text(), st.text())
	def test_a_larger_share_holds_out_whom_a_smaller_one_does(self, one, other, campaign, customer):
		small, large = sorted((one, other))
		if arm_of(campaign, customer, small) == HOLD_OUT:
			self.assertEqual(HOLD_OUT, arm_of(campaign, customer, large))


class TestInterval(unittest.TestCase):
	def test_newcombes_own_examples(self):
		# Table II of the paper, method 10: 56/70 - 48/80, 9/10 - 3/10, 10/10 - 0/10 and 0/10 - 0/20.
		for (x1, n1, x2, n2), (low, high) in (
			((56, 70, 48, 80), (0.0524, 0.3339)),
			((9, 10, 3, 10), (0.1705, 0.8090)),
			((10, 10, 0, 10), (0.6075, 1.0)),
			((0, 10, 0, 20), (-0.1611, 0.2775)),
		):
			found = newcombe(Group(n1, x1), Group(n2, x2))
			self.assertAlmostEqual(low, found[0], 4)
			self.assertAlmostEqual(high, found[1], 4)

	@given(counts, counts)
	def test_it_holds_the_difference_and_turns_round_with_the_groups(self, first, second):
		contact, held_out = Group(*first), Group(*second)
		low, high = newcombe(contact, held_out)
		self.assertTrue(-1 <= low <= contact.rate - held_out.rate + 1e-9 and contact.rate - held_out.rate - 1e-9 <= high <= 1)
		turned = newcombe(held_out, contact)
		self.assertAlmostEqual(-low, turned[1])
		self.assertAlmostEqual(-high, turned[0])

	@given(counts)
	def test_wilsons_interval_holds_the_rate(self, counted):
		low, high = wilson(counted[1], counted[0])
		self.assertTrue(0 <= low <= high <= 1)
		if counted[0]:
			self.assertTrue(low - 1e-12 <= counted[1] / counted[0] <= high + 1e-12)


class TestVerdict(unittest.TestCase):
	def verdict(self, contact, held_out):
		return compare(Group(*contact), Group(*held_out)).verdict

	def test_what_can_be_said(self):
		self.assertEqual(MORE, self.verdict((9000, 900), (1000, 60)))
		self.assertEqual(FEWER, self.verdict((9000, 450), (1000, 80)))
		self.assertEqual(NO_DIFFERENCE, self.verdict((9000, 600), (1000, 62)))
		self.assertEqual(NOT_ENOUGH, self.verdict((9000, 900), (29, 0)))
		self.assertEqual(NOT_ENOUGH, self.verdict((0, 0), (0, 0)))

	def test_the_worked_example_of_the_manual(self):
		contact = Group(900, 90, 135_000, 40_500_000)
		held_out = Group(100, 6, 9_000, 2_700_000)
		found = compare(contact, held_out)
		self.assertAlmostEqual(0.04, found.uplift)
		self.assertAlmostEqual(36, found.extra_responders)
		self.assertAlmostEqual(54_000, found.extra_margin)
		self.assertLess(found.margin_low, found.extra_margin)
		self.assertAlmostEqual(found.extra_margin - found.margin_low, found.margin_high - found.extra_margin)
