import unittest
from datetime import date
from decimal import Decimal

from crm4s.value.insurance import claim_amounts, last_day, overlap


class TestPeriods(unittest.TestCase):
	def test_a_year_ends_on_the_day_before(self):
		self.assertEqual(date(2027, 2, 28), last_day(date(2026, 3, 1)))
		self.assertEqual(date(2026, 12, 31), last_day(date(2026, 1, 1)))

	def test_a_year_from_the_29th_of_february_ends_on_the_28th(self):
		self.assertEqual(date(2025, 2, 28), last_day(date(2024, 2, 29)))

	def test_the_last_day_counts_and_the_next_one_does_not(self):
		year = (date(2026, 3, 1), date(2027, 2, 28))
		self.assertTrue(overlap(*year, date(2027, 2, 28), date(2028, 2, 27)))
		self.assertFalse(overlap(*year, date(2027, 3, 1), date(2028, 2, 29)))

	def test_what_ended_before_it_began_overlaps_nothing(self):
		self.assertFalse(overlap(date(2026, 3, 1), date(2026, 2, 28), date(2026, 1, 1), date(2026, 12, 31)))


class TestClaimAmounts(unittest.TestCase):
	losses = ((1000, "899.95", False), (500, 500, False), ("120.5", "100.10", True))

	def test_asked_granted_and_supplements_add_up_to_the_cent(self):
		amounts = claim_amounts(self.losses, None, None)
		self.assertEqual(("1620.50", "1500.05", "100.10"), (str(amounts.asked), str(amounts.assessed), str(amounts.supplement)))

	def test_a_repair_is_compared_with_the_grant(self):
		self.assertEqual(Decimal("99.95"), claim_amounts(self.losses, 1600, None).difference)
		self.assertEqual(Decimal("-0.05"), claim_amounts(self.losses, 1500, None).difference)
		self.assertEqual(0, claim_amounts(self.losses, None, None).difference)

	def test_the_customer_pays_what_the_insurer_does_not(self):
		self.assertEqual(Decimal("100.00"), claim_amounts(self.losses, 1600, 1500).self_paid)
		self.assertEqual(Decimal("0.05"), claim_amounts(self.losses, None, 1500).self_paid)
		self.assertEqual(0, claim_amounts(self.losses, 1400, 1500).self_paid)
		self.assertEqual(0, claim_amounts(self.losses, 1600, None).self_paid)
