import unittest
from decimal import Decimal

from crm4s.value.appraisal_amounts import expected_margin, highest_offer, reconditioning_cost, total_cost, valuation


class TestValuation(unittest.TestCase):
	def test_the_offer_is_what_is_left_of_the_market_value(self):
		found = valuation(100_000, [1_200, 800.5], 3_000, 6_000, 8)
		self.assertEqual((Decimal("2000.50"), Decimal("6000.00")), (found.deductions, found.margin))
		self.assertEqual(Decimal("88990.00"), found.offer)

	def test_without_a_margin_the_share_of_the_settings_counts(self):
		self.assertEqual(Decimal("8000.00"), valuation(100_000, [], 0, 0, 8).margin)
		self.assertEqual(Decimal("92000.00"), valuation(100_000, [], 0, 0, 8).offer)

	def test_a_wreck_is_worth_nothing_but_not_less(self):
		self.assertEqual(Decimal("0.00"), valuation(10_000, [8_000], 5_000, 1_000, 8).offer)

	def test_offer_and_expected_margin_add_up_to_what_is_left(self):
		for market in (50_000, 88_888.88, 123_456.79):
			found = valuation(market, [333.33], 1_000, 5_000, 8)
			left = expected_margin(market, found.deductions, 1_000, 0)
			self.assertEqual(left, found.offer + expected_margin(market, found.deductions, 1_000, found.offer))

	def test_so_much_an_appraiser_may_offer(self):
		self.assertEqual(Decimal("103000.00"), highest_offer(100_000, 3))


class TestCost(unittest.TestCase):
	def test_done_jobs_cost_what_they_cost_and_open_ones_what_is_planned(self):
		jobs = [("Done", 500, 620.5), ("In Progress", 300, 0), ("Planned", 200, 0), ("Cancelled", 900, 50)]
		self.assertEqual(Decimal("1120.50"), reconditioning_cost(jobs))

	def test_the_car_costs_purchase_and_reconditioning(self):
		self.assertEqual(Decimal("81120.50"), total_cost(80_000, 1_120.5))
