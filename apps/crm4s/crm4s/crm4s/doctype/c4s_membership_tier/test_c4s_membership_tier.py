import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.masters import made_or_changed


def make_tier(name: str, sequence: int, **overrides):
	"""A tier of the tests; give it an order that no other has."""
	values = {"tier": name, "sequence": sequence, "basis": "Points Earned", "threshold": 0, "window_months": 12, "review_months": 12, "multiplier": 1}
	return made_or_changed("C4S Membership Tier", name, values, {"sequence": sequence, **overrides})


def only_tiers(*rows: tuple[str, int, dict]) -> list[str]:
	"""Switch all tiers off but these."""
	frappe.db.set_value("C4S Membership Tier", {"name": ["!=", ""]}, "enabled", 0)
	return [make_tier(name, sequence, enabled=1, **values).name for name, sequence, values in rows]


class TestMembershipTier(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_two_tiers_do_not_have_the_same_place(self):
		make_tier("T-First", 9001)
		with self.assertRaisesRegex(frappe.ValidationError, "T-First.* has this place in the order already"):
			make_tier("T-Second", 9001)

	def test_a_tier_in_which_points_are_worth_nothing_is_refused(self):
		with self.assertRaisesRegex(frappe.ValidationError, "points factor must be more than 0"):
			make_tier("T-Nothing", 9002, multiplier=0)
