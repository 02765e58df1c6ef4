import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.tests.masters import made_or_changed


def make_rule(name: str = "T-Rule", **overrides):
	"""A point for each yuan of a settled visit, for ever, whatever the tier."""
	values = {"rule_name": name, "earn_on": "Settled Visit", "points": 1, "per_amount": 1, "valid_months": 0, "use_tier_factor": 0, "multiplier": 1}
	return made_or_changed("C4S Points Rule", name, values, {"enabled": 1, **overrides})


def only_rule(name: str = "T-Rule", **overrides) -> str:
	"""Switch all rules off but this one; its name."""
	frappe.db.set_value("C4S Points Rule", {"name": ["!=", ""]}, "enabled", 0)
	return make_rule(name, **overrides).name


class TestPointsRule(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_a_rule_that_earns_nothing_is_refused(self):
		for values in ({"points": 0}, {"per_amount": 0}, {"earn_on": "Referral"}):
			with self.subTest(values), self.assertRaisesRegex(frappe.ValidationError, "earns nothing"):
				make_rule("T-Nothing", **values)

	def test_a_rule_does_not_end_before_it_begins(self):
		with self.assertRaisesRegex(frappe.ValidationError, "cannot end before it begins"):
			make_rule("T-Backwards", valid_from="2026-03-02", valid_until="2026-03-01")
