import unittest
from datetime import datetime, timedelta
from decimal import Decimal

from crm4s.value.rental import Terms, account, chargeable_days

OUT = datetime(2026, 11, 23, 10)


class TestDays(unittest.TestCase):
	def days(self, hours: float, grace: int = 60) -> int:
		return chargeable_days(OUT, OUT + timedelta(hours=hours), timedelta(minutes=grace))

	def test_each_begun_24_hours_counts_and_at_least_one(self):
		self.assertEqual([1, 1, 1, 2, 3], [self.days(hours, 0) for hours in (0, 1, 24, 24.02, 48.5)])

	def test_the_grace_is_free_and_a_minute_more_is_not(self):
		self.assertEqual([1, 2], [self.days(25), self.days(25 + 1 / 60)])

	def test_back_before_out_is_an_error(self):
		self.assertRaises(ValueError, self.days, -1)


class TestAccount(unittest.TestCase):
	terms = Terms("199.99", km_per_day=200, extra_km_price="0.85")

	def test_rent_and_kilometres_to_the_cent(self):
		found = account(self.terms, 3, 733, [])
		self.assertEqual((Decimal("599.97"), 133, Decimal("113.05"), Decimal("713.02")), (found.rent, found.extra_km, found.extra_km_amount, found.total))

	def test_kilometres_are_free_where_none_are_counted(self):
		self.assertEqual(0, account(Terms(100), 1, 9000, []).extra_km)

	def test_the_deposit_pays_first_and_the_rest_goes_back(self):
		found = account(self.terms, 1, 0, ["50.01"], deposit=2000)
		self.assertEqual((Decimal("250.00"), Decimal("0.00"), Decimal("1750.00")), (found.total, found.to_pay, found.to_refund))
		self.assertEqual(Decimal("150.00"), account(self.terms, 1, 0, ["50.01"], deposit=100).to_pay)
