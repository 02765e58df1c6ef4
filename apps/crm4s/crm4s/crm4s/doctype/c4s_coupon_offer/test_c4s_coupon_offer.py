import frappe
from frappe.tests.utils import FrappeTestCase

from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import make_part
from crm4s.tests.masters import made_or_changed


def make_coupon_offer(name: str = "T-Fifty", **overrides):
	"""Fifty off a service visit, for whoever brings it."""
	values = {"offer_name": name, "coupon_kind": "Amount", "amount": 50, "transferable": 1, "used_on": "Service Visit"}
	return made_or_changed("C4S Coupon Offer", name, values, {"enabled": 1, **overrides})


class TestCouponOffer(FrappeTestCase):
	def tearDown(self):
		frappe.db.rollback()

	def test_each_kind_says_what_it_takes_off(self):
		for values, sentence in (
			({"amount": 0}, "Say how much"),
			({"coupon_kind": "Percent", "percent": 101}, "more than 0 and at most 100"),
			({"coupon_kind": "Item"}, "Name either the part or the service package"),
			({"valid_from": "2026-02-01", "valid_until": "2026-01-31"}, "cannot end before it begins"),
		):
			with self.subTest(sentence), self.assertRaisesRegex(frappe.ValidationError, sentence):
				make_coupon_offer("T-Wrong", **values)

	def test_parts_are_free_on_a_visit_only(self):
		part = make_part("T-FREE", 10, 5)
		with self.assertRaisesRegex(frappe.ValidationError, "free on a service visit only"):
			make_coupon_offer("T-Wrong", coupon_kind="Item", part=part, used_on="Both")
