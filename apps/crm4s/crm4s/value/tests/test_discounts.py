import unittest
from decimal import Decimal

from crm4s.value.discounts import Limit, allowed_discount, share_of

CONSULTANT, MANAGER = "C4S Sales Consultant", "C4S Sales Manager"


class TestAllowedDiscount(unittest.TestCase):
	def allowed(self, limits, roles=(CONSULTANT,), brand="云驰", model="M1", base=200_000):
		return allowed_discount(limits, roles, brand, model, base)

	def test_the_lower_of_share_and_amount_counts(self):
		self.assertEqual(Decimal("4000.00"), self.allowed([Limit(CONSULTANT, max_percent=2, max_amount=5000)]))
		self.assertEqual(Decimal("3000.00"), self.allowed([Limit(CONSULTANT, max_percent=2, max_amount=3000)]))

	def test_a_limit_of_nought_leaves_the_other_to_decide(self):
		self.assertEqual(Decimal("4000.00"), self.allowed([Limit(CONSULTANT, max_percent=2)]))
		self.assertEqual(Decimal("3000.00"), self.allowed([Limit(CONSULTANT, max_amount=3000)]))
		self.assertEqual(Decimal("0.00"), self.allowed([Limit(CONSULTANT)]))

	def test_a_role_without_a_limit_gives_nothing_away(self):
		self.assertEqual(Decimal("0.00"), self.allowed([Limit(MANAGER, max_percent=5)]))

	def test_the_best_role_counts(self):
		limits = [Limit(CONSULTANT, max_percent=1), Limit(MANAGER, max_percent=5)]
		self.assertEqual(Decimal("10000.00"), self.allowed(limits, (CONSULTANT, MANAGER)))

	def test_what_is_said_about_the_model_goes_before_the_brand_and_the_brand_before_all(self):
		everything, brand = Limit(CONSULTANT, max_percent=5), Limit(CONSULTANT, brand="云驰", max_percent=3)
		model = Limit(CONSULTANT, model="M1", max_percent=1)
		self.assertEqual(Decimal("2000.00"), self.allowed([everything, brand, model]))
		self.assertEqual(Decimal("6000.00"), self.allowed([model, brand, everything], model="M2"))
		self.assertEqual(Decimal("10000.00"), self.allowed([everything, brand, model], model="X", brand="岚"))

	def test_a_share_of_nothing_is_nothing(self):
		self.assertEqual((Decimal("2.5"), Decimal(0)), (share_of(5000, 200_000), share_of(5000, 0)))
