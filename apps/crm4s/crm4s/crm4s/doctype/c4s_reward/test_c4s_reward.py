import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.masters import made_or_changed


def make_reward(name: str = "T-Mug", **overrides):
	"""A gift for a hundred points, ten in stock, thirty yuan each."""
	values = {"reward_name": name, "reward_kind": "Gift", "points_price": 100, "stock": 10, "unit_cost": 30}
	return made_or_changed("C4S Reward", name, values, {"enabled": 1, **overrides})


class TestReward(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_a_reward_has_a_price_days_and_what_it_is(self):
		for values, sentence in (
			({"points_price": 0}, "at least one point"),
			({"reward_kind": "Coupon"}, "Name the offer"),
			({"valid_from": "2026-02-01", "valid_until": "2026-01-31"}, "cannot end before it begins"),
		):
			with self.subTest(sentence), self.assertRaisesRegex(frappe.ValidationError, sentence):
				make_reward("T-Wrong", **values)
