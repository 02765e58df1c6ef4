import unittest
from decimal import Decimal

from crm4s.value.money import line_amount, per_head, to_cents, total


class TestMoney(unittest.TestCase):
	def test_half_a_cent_is_rounded_away_from_zero(self):
		self.assertEqual([Decimal("1.01"), Decimal("-1.01"), Decimal("2.68")], [to_cents(x) for x in (1.005, -1.005, 2.675)])

	def test_nothing_is_zero(self):
		self.assertEqual(Decimal("0.00"), to_cents(None))

	def test_a_line_is_quantity_times_price_less_discount(self):
		self.assertEqual(Decimal("164.99"), line_amount(1.5, 123.33, 20.01))

	def test_ten_times_ten_cents_is_one_yuan(self):
		self.assertEqual(Decimal("1.00"), total([0.1] * 10))

	def test_an_amount_per_head_of_nobody_is_zero(self):
		self.assertEqual((Decimal("33.33"), Decimal("0.00")), (per_head(100, 3), per_head(100, 0)))
