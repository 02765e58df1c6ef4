import random
import unittest
from decimal import Decimal

from crm4s.value.finance import Offer, least_down_payment, monthly_payment, plan_of


class TestMonthlyPayment(unittest.TestCase):
	def test_figures_that_any_loan_calculator_gives(self):
		self.assertEqual(Decimal("8606.64"), monthly_payment(100_000, 6, 12))
		self.assertEqual(Decimal("3042.19"), monthly_payment(100_000, 6, 36))
		self.assertEqual(Decimal("1933.28"), monthly_payment(100_000, 6, 60))

	def test_without_interest_the_amount_is_divided(self):
		self.assertEqual(Decimal("2777.78"), monthly_payment(100_000, 0, 36))

	def test_the_balance_is_paid_off_by_the_last_instalment(self):
		chance = random.Random(7)
		for _ in range(300):
			financed, rate, months = chance.randrange(10_000, 600_000), chance.uniform(0.5, 18), chance.randrange(6, 85)
			final = financed * chance.choice((0, 0, 0.3))
			instalment = monthly_payment(financed, rate, months, final)
			balance = Decimal(financed)
			for _month in range(months):
				balance = balance * (1 + Decimal(str(rate)) / 1200) - instalment
			# Half a cent of rounding an instalment, with its interest.
			self.assertLess(abs(balance - Decimal(str(final))), Decimal("0.01") * months)

	def test_there_is_at_least_one_month_and_no_final_payment_above_the_loan(self):
		with self.assertRaisesRegex(ValueError, "at least one month"):
			monthly_payment(1000, 5, 0)
		with self.assertRaisesRegex(ValueError, "more than what is financed"):
			monthly_payment(1000, 5, 12, 1001)


class TestPlan(unittest.TestCase):
	def test_the_down_payment_is_at_least_what_the_offer_asks_for(self):
		offer = Offer(36, 4.99, least_down_payment_percent=30)
		self.assertEqual(Decimal("59640.00"), plan_of(offer, 198_800, 20_000).down_payment)
		self.assertEqual(Decimal("80000.00"), plan_of(offer, 198_800, 80_000).down_payment)

	def test_down_payment_and_loan_are_the_price(self):
		chance = random.Random(3)
		for _ in range(500):
			price = chance.randrange(3_000_000, 60_000_000) / 100
			offer = Offer(chance.randrange(6, 61), chance.choice((0, 3.85, 5.5)), chance.randrange(0, 60), chance.choice((0, 20)), 1500)
			plan = plan_of(offer, price, chance.randrange(0, 200_000))
			self.assertEqual(Decimal(str(price)), plan.down_payment + plan.financed)
			self.assertGreaterEqual(plan.total_interest, 0)

	def test_interest_is_what_is_paid_beyond_the_loan(self):
		plan = plan_of(Offer(12, 6, 50, fee=1000), 200_000)
		self.assertEqual((Decimal("3279.68"), Decimal("4279.68")), (plan.total_interest, plan.extra_cost))

	def test_an_offer_without_interest_has_none(self):
		self.assertEqual(Decimal("0.00"), plan_of(Offer(36, 0, 50), 200_000).total_interest)

	def test_a_final_payment_lowers_the_instalment(self):
		with_final, without = plan_of(Offer(36, 5, 30, 30), 200_000), plan_of(Offer(36, 5, 30), 200_000)
		self.assertEqual(Decimal("60000.00"), with_final.final_payment)
		self.assertLess(with_final.monthly_payment, without.monthly_payment)

	def test_the_least_down_payment_reaches_the_percent(self):
		self.assertEqual(Decimal("33.34"), least_down_payment("100.01", "33.33"))

	def test_a_buyer_with_the_whole_price_finances_nothing(self):
		plan = plan_of(Offer(36, 5, 30, 30), 100_000, 120_000)
		self.assertEqual([Decimal(100_000), 0, 0, 0], [plan.down_payment, plan.financed, plan.monthly_payment, plan.final_payment])
