"""People who redeem, settle and bring coupons at the same moment, over connections of their own."""

import frappe
from frappe.tests.utils import FrappeTestCase
from frappe.utils import now_datetime

from crm4s.crm4s.doctype.c4s_coupon.test_c4s_coupon import make_coupon
from crm4s.crm4s.doctype.c4s_coupon_offer.test_c4s_coupon_offer import make_coupon_offer
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_membership.test_c4s_membership import make_member
from crm4s.crm4s.doctype.c4s_reward.test_c4s_reward import make_reward
from crm4s.crm4s.doctype.c4s_service_visit.test_c4s_service_visit import make_service_visit
from crm4s.exceptions import CouponError, PointsError
from crm4s.membership import actions
from crm4s.membership.ledger import EARN, ENTRY, MEMBERSHIP, REDEEM, Posting, post
from crm4s.tests.at_once import at_once, done, refused

KEY = "T-POINTS-RACE"
PEOPLE, TIMES = 25, 4
VISIT = "C4S Service Visit"


class TestManyAtOnce(FrappeTestCase):
	def setUp(self):
		make_dealership(KEY)
		self.customer = make_customer(store=KEY).name
		self.made: list[tuple[str, str]] = []

	def tearDown(self):
		"""What other connections saw was committed, hence taken away by hand."""
		frappe.db.rollback()
		customers = ["in", frappe.get_all("C4S Store Relationship", {"dealership": KEY}, pluck="customer") or [""]]
		visits = frappe.get_all(VISIT, {"dealership": KEY}, pluck="name")
		for log in ("C4S State Passage", "C4S Touchpoint Tick"):
			frappe.db.delete(log, {"document_name": ["in", visits or [""]]})
		coupons = frappe.get_all("C4S Coupon", {"dealership": KEY}, pluck="name")
		frappe.db.delete("Comment", {"reference_name": ["in", [*visits, *coupons, ""]]})
		frappe.db.delete("Version", {"docname": ["in", [*visits, *coupons, ""]]})
		frappe.db.delete("C4S Service Item", {"parent": ["in", visits or [""]]})
		for doctype in (ENTRY, MEMBERSHIP, "C4S Customer Cost"):
			frappe.db.delete(doctype, {"customer": customers})
		for doctype in ("C4S Coupon", VISIT):
			frappe.db.delete(doctype, {"dealership": KEY})
		frappe.db.delete("C4S Store Relationship", {"dealership": KEY})
		for customer in customers[1]:
			frappe.delete_doc("C4S Customer", customer, force=True, ignore_missing=True)
		for doctype, name in self.made:
			frappe.delete_doc(doctype, name, force=True)
		frappe.delete_doc("C4S Dealership", KEY, force=True)
		frappe.db.commit()

	def member(self, points: int) -> str:
		return make_member(self.customer, points).name

	def keep(self, document):
		self.made.append((document.doctype, document.name))
		return document.name

	def standing(self, member: str) -> tuple[int, int, int]:
		balance, debt = frappe.db.get_value(MEMBERSHIP, member, ["balance", "debt"])
		return balance, debt, sum(frappe.get_all(ENTRY, {"membership": member}, pluck="points"))

	def test_a_hundred_redemptions_never_take_more_than_there_is(self):
		member = self.member(330)

		def redeem() -> int:
			successes = 0
			for _time in range(TIMES):
				try:
					post([Posting(member, REDEEM, frappe.generate_hash(), 10)])
					successes += 1
				except PointsError:
					frappe.clear_last_message()
				frappe.db.commit()
			return successes

		outcomes = at_once(*[redeem] * PEOPLE)
		self.assertEqual([], refused(outcomes))
		self.assertEqual(33, sum(done(outcomes)))
		self.assertEqual((0, 0, 0), self.standing(member))

	def test_the_same_thing_at_the_same_moment_is_entered_once(self):
		member = self.member(0)
		outcomes = at_once(*[lambda: post([Posting(member, EARN, "race|the same", 70)])] * 10)
		for refusal in refused(outcomes):
			self.assertIsInstance(refusal, frappe.UniqueValidationError)
		self.assertEqual((70, 0, 70), self.standing(member))

	def test_members_who_stand_beside_each_other_do_not_wait_in_a_ring(self):
		members = [make_member(make_customer(store=KEY).name, 100).name for _number in range(6)]

		def redeem(member: str) -> None:
			for _time in range(5):
				post([Posting(member, REDEEM, frappe.generate_hash(), 10), Posting(member, EARN, frappe.generate_hash(), 5)])
				frappe.db.commit()

		self.assertEqual([], refused(at_once(*[lambda member=member: redeem(member) for member in members * 2])))
		self.assertEqual([(50, 0, 50)] * 6, [self.standing(member) for member in members])

	def test_the_last_gift_is_given_once(self):
		member, reward = self.member(1000), self.keep(make_reward("T-Race Mug", stock=1))
		outcomes = at_once(*[lambda: actions.redeem_reward(member, reward)] * 8)
		self.assertEqual(1, len(done(outcomes)), outcomes)
		for refusal in refused(outcomes):
			self.assertRegex(str(refusal), "is out of stock")
		self.assertEqual((900, 0, 900), self.standing(member))

	def test_one_coupon_is_redeemed_on_one_of_many_visits(self):
		offer = self.keep(make_coupon_offer("T-Race Fifty"))
		coupon = make_coupon(offer=offer, dealership=KEY, customer=self.customer)
		visits = [make_service_visit(dealership=KEY, customer=self.customer, visit_kind="Counter Sale", arrived_on=now_datetime()).name for _number in range(10)]
		outcomes = at_once(*[lambda visit=visit: actions.redeem_coupon(VISIT, visit, coupon.code) for visit in visits])
		self.assertEqual(1, len(done(outcomes)), outcomes)
		for refusal in refused(outcomes):
			self.assertIsInstance(refusal, CouponError)
		taken = frappe.get_all("C4S Service Item", {"parent": ["in", visits]}, pluck="coupon_amount")
		self.assertEqual(50, sum(taken))

	def test_no_more_coupons_are_given_than_the_offer_has(self):
		offer = self.keep(make_coupon_offer("T-Race Few", most_coupons=3))
		outcomes = at_once(*[lambda: make_coupon(offer=offer, dealership=KEY, customer=self.customer)] * 8)
		self.assertEqual(3, len(done(outcomes)), outcomes)
		self.assertEqual(3, frappe.db.count("C4S Coupon", {"offer": offer}))
