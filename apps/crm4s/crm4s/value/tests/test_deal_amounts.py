import random
import unittest
from decimal import Decimal

from crm4s.value.deal_amounts import after_cancellation, deal_amounts, item_amount, margin, received_amount


def cents(chance: random.Random, most: int) -> float:
	return chance.randrange(most * 100) / 100


def some_deal(chance: random.Random) -> dict:
	payments = [(chance.random() < 0.2, cents(chance, 80_000)) for _ in range(chance.randrange(6))]
	return {
		"list_price": cents(chance, 600_000),
		"items": [float(item_amount(chance.randrange(1, 5), cents(chance, 9_000))) for _ in range(chance.randrange(8))],
		"discount": cents(chance, 40_000),
		"services": [cents(chance, 12_000) for _ in range(chance.randrange(7))],
		"trade_in": cents(chance, 700_000) if chance.random() < 0.3 else 0,
		"received": received_amount(payments),
	}


class TestAnyDeal(unittest.TestCase):
	"""Two thousand deals by chance, the same ones each time."""

	def setUp(self):
		chance = random.Random(4)
		self.deals = [some_deal(chance) for _ in range(2000)]

	def test_the_parts_add_up_to_the_cent(self):
		for deal in self.deals:
			amounts = deal_amounts(**deal)
			parts = [deal["list_price"], *deal["items"], *deal["services"], -deal["discount"], -deal["trade_in"]]
			self.assertEqual(sum(round(part * 100) for part in parts), amounts.to_pay * 100)

	def test_what_is_to_pay_was_received_or_is_due_or_goes_back(self):
		for deal in self.deals:
			amounts = deal_amounts(**deal)
			self.assertEqual(amounts.to_pay, amounts.received + amounts.balance_due - amounts.refund_due)

	def test_nothing_is_due_both_ways(self):
		for deal in self.deals:
			amounts = deal_amounts(**deal)
			self.assertEqual(Decimal(0), min(amounts.balance_due, amounts.refund_due))
			self.assertGreaterEqual(max(amounts.balance_due, amounts.refund_due), 0)

	def test_every_amount_is_in_full_cents(self):
		for deal in self.deals:
			for amount in vars(deal_amounts(**deal)).values():
				self.assertEqual(-2, amount.as_tuple().exponent)

	def test_the_order_of_items_and_services_does_not_matter(self):
		for deal in self.deals:
			turned = {**deal, "items": deal["items"][::-1], "services": deal["services"][::-1]}
			self.assertEqual(deal_amounts(**deal), deal_amounts(**turned))

	def test_cost_and_margin_are_the_price(self):
		for deal in self.deals:
			cost, rest = margin(deal_amounts(**deal).price, deal["items"])
			self.assertEqual(deal_amounts(**deal).price, cost + rest)


class TestDeal(unittest.TestCase):
	def test_a_deal_as_a_consultant_reckons_it(self):
		amounts = deal_amounts(198_800, [1_500, 680.5], 6_000, [5_230.4, 800], 62_000, 10_000)
		self.assertEqual(
			("2180.50", "6030.40", "201010.90", "139010.90", "129010.90", "0.00"),
			tuple(
				str(amount)
				for amount in (
					*(amounts.customisation, amounts.services, amounts.price, amounts.to_pay),
					*(amounts.balance_due, amounts.refund_due),
				)
			),
		)

	def test_a_car_traded_in_for_more_than_the_new_one_costs_is_paid_out(self):
		self.assertEqual(Decimal("20000.00"), deal_amounts(80_000, [], 0, [], 100_000, 0).refund_due)

	def test_a_refund_lessens_what_was_received(self):
		self.assertEqual(Decimal("3000.10"), received_amount([(False, 5000.1), (True, 2000)]))

	def test_a_cancelled_deal_pays_back_or_keeps_and_nothing_is_due(self):
		amounts = deal_amounts(100_000, [], 0, [], 0, 5_000)
		back, kept = after_cancellation(amounts, True), after_cancellation(amounts, False)
		self.assertEqual([(0, 5000), (0, 0)], [(row.balance_due, row.refund_due) for row in (back, kept)])
