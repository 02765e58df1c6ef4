"""Coupons for many customers at once."""

from unittest.mock import patch

import frappe
from frappe.utils import getdate
from freezegun import freeze_time

from crm4s.crm4s.doctype.c4s_coupon.test_c4s_coupon import make_coupon
from crm4s.crm4s.doctype.c4s_coupon_offer.test_c4s_coupon_offer import make_coupon_offer
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.membership import coupons, giving
from crm4s.membership.tests.test_coupons import CouponTestCase
from crm4s.tests.at_once import at_once, done

test_ignore = ["User"]
COUPON = "C4S Coupon"


class TestGivingToMany(CouponTestCase):
	def setUp(self):
		super().setUp()
		self.customers = [self.customer, *(make_customer(store=self.store).name for _one in range(4))]

	def give(self, offer, customers=None, key: str = "test|1|") -> int:
		return coupons.give_to(offer.name, customers or self.customers, key, self.store)

	def rows(self, offer) -> list:
		fields = ["name", "code", "customer", "status", "dealership", "valid_from", "valid_until", "source_key"]
		return frappe.get_all(COUPON, {"offer": offer.name}, fields, order_by="name")

	@freeze_time("2026-11-22 12:00:00")
	def test_each_gets_one_that_can_be_redeemed_and_none_twice(self):
		offer = make_coupon_offer(f"T-{frappe.generate_hash(length=6)}", valid_days=30, valid_until="2027-06-30")
		with patch.object(giving, "SLICE", 2):
			self.assertEqual(5, self.give(offer))
			self.assertEqual(0, self.give(offer))
		rows = self.rows(offer)
		self.assertEqual(sorted(self.customers), sorted(row.customer for row in rows))
		self.assertEqual(5, len({row.code for row in rows}))
		self.assertEqual({(getdate("2026-11-22"), getdate("2026-12-22"), "Usable", self.store)}, {(row.valid_from, row.valid_until, row.status, row.dealership) for row in rows})
		coupon = next(row for row in rows if row.customer == self.customer)
		self.redeem(self.visit(), coupon)
		self.assertEqual("Redeemed", frappe.db.get_value(COUPON, coupon.name, "status"))

	def test_a_query_says_who_gets_them(self):
		offer, customer = make_coupon_offer(f"T-{frappe.generate_hash(length=6)}"), frappe.qb.DocType("C4S Customer")
		query = frappe.qb.from_(customer).select(customer.name).where(customer.name.isin(self.customers[:2]))
		self.assertEqual(2, self.give(offer, query))

	def test_no_more_than_the_offer_has_and_than_a_customer_may_have(self):
		offer = make_coupon_offer(f"T-{frappe.generate_hash(length=6)}", most_coupons=4, most_per_customer=1)
		make_coupon(offer=offer.name, customer=self.customer, dealership=self.store)
		self.assertEqual(3, self.give(offer))
		self.assertEqual(0, self.give(offer, key="test|2|"))
		self.assertEqual(4, len({row.customer for row in self.rows(offer)}))

	def test_an_offer_that_is_over_gives_nothing(self):
		offer = make_coupon_offer(f"T-{frappe.generate_hash(length=6)}", enabled=0)
		with self.refused("is over"):
			self.give(offer)

	def test_a_code_that_is_there_already_is_drawn_again(self):
		offer = make_coupon_offer(f"T-{frappe.generate_hash(length=6)}")
		taken = make_coupon(offer=offer.name, customer=self.customer, dealership=self.store).code
		drawn = iter([taken, "ABCDEFGHJKMN", "ABCDEFGHJKMP"])
		with patch.object(coupons, "new_code", lambda: next(drawn)):
			self.assertEqual(2, self.give(offer, self.customers[:2]))
		self.assertEqual({taken, "ABCDEFGHJKMN", "ABCDEFGHJKMP"}, {row.code for row in self.rows(offer)})


class TestGivingAtOnce(CouponTestCase):
	def setUp(self):
		self.store = make_dealership("COUPON-GIVE").name
		self.customers = [make_customer(store=self.store).name for _one in range(5)]
		self.offer = make_coupon_offer(f"T-{frappe.generate_hash(length=6)}", most_coupons=4).name

	def tearDown(self):
		frappe.db.rollback()
		frappe.db.delete(COUPON, {"offer": self.offer})
		for doctype, name in (("C4S Coupon Offer", self.offer), *(("C4S Customer", name) for name in self.customers), ("C4S Dealership", self.store)):
			frappe.delete_doc(doctype, name, force=True, delete_permanently=True)
		frappe.db.commit()

	def test_two_who_give_at_once_give_each_customer_one_and_no_more_than_there_are(self):
		outcomes = at_once(*[lambda: coupons.give_to(self.offer, self.customers, "test|at once|", self.store)] * 4)
		self.assertEqual(4, len(done(outcomes)), outcomes)
		self.assertEqual(4, sum(done(outcomes)))
		rows = frappe.get_all(COUPON, {"offer": self.offer}, pluck="customer")
		self.assertEqual(4, len(set(rows)))
		self.assertEqual(4, len(rows))
