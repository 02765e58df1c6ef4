import unittest
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from crm4s.value.coupons import coupon_discount, shared


class TestWorth(unittest.TestCase):
	def test_never_more_than_the_bill_or_the_limit(self):
		self.assertEqual(Decimal("30.00"), coupon_discount("Amount", 30, amount=50))
		self.assertEqual(Decimal("12.35"), coupon_discount("Percent", "123.45", percent=10))
		self.assertEqual(Decimal("10.00"), coupon_discount("Percent", "123.45", percent=10, most=10))
		self.assertEqual(Decimal("123.45"), coupon_discount("Item", "123.45"))
		self.assertEqual(Decimal("0.00"), coupon_discount("Amount", 0, amount=50))


cents = st.integers(0, 1_000_000).map(lambda number: Decimal(number) / 100)


class TestShares(unittest.TestCase):
	def test_cents_that_are_left_go_where_most_was_cut(self):
		self.assertEqual([Decimal("3.34"), Decimal("3.33"), Decimal("3.33")], shared(10, [100, 100, 100]))
		self.assertEqual([Decimal("0.00"), Decimal("0.01")], shared("0.01", [1, 99]))

	@given(st.lists(cents, min_size=1, max_size=12), st.integers(0, 100))
	def test_shares_add_up_and_no_line_becomes_negative(self, lines, percent):
		amount = coupon_discount("Percent", sum(lines), percent=percent)
		shares = shared(amount, lines)
		self.assertEqual(amount, sum(shares))
		for share, line in zip(shares, lines, strict=True):
			self.assertTrue(0 <= share <= line)

	def test_more_than_the_lines_is_refused(self):
		with self.assertRaises(ValueError):
			shared(11, [5, 5])
