"""Points, coupons and rewards as members see and use them."""

import frappe
from frappe.utils import add_days, nowdate

from crm4s.crm4s.doctype.c4s_coupon.test_c4s_coupon import make_coupon
from crm4s.crm4s.doctype.c4s_coupon_offer.test_c4s_coupon_offer import make_coupon_offer
from crm4s.crm4s.doctype.c4s_customer.test_c4s_customer import make_customer
from crm4s.crm4s.doctype.c4s_dealership.test_c4s_dealership import make_dealership
from crm4s.crm4s.doctype.c4s_membership.test_c4s_membership import make_member
from crm4s.crm4s.doctype.c4s_reward.test_c4s_reward import make_reward
from crm4s.membership.ledger import ADJUST, Posting, post
from crm4s.portal.matters import open_matters
from crm4s.portal.qr import drawing_of
from crm4s.portal.tests.visiting import PortalTestCase, make_viewer
from crm4s.tests.people import make_user

PAGE = "/my/rewards"
STORE = "PORTAL-1"


class RewardsTestCase(PortalTestCase):
	def setUp(self):
		super().setUp()
		self.store = make_dealership(STORE).name
		self.viewer = make_viewer(make_customer(store=self.store).name)

	def member(self, points: int = 0, **overrides):
		return make_member(self.viewer.customer, points, enrolled_at=self.store, **overrides)

	def redeem(self, member, reward, who=None):
		return self.post(PAGE, "redeem", who or self.viewer, membership=member.name, reward=reward)


class TestPoints(RewardsTestCase):
	def test_who_is_no_member_becomes_one_here(self):
		self.assertIn("立即入会", self.get(PAGE, self.viewer).html)
		self.assertEqual((303, PAGE), ((answer := self.post(PAGE, "join", self.viewer)).status, answer.to))
		member = frappe.get_doc("C4S Membership", {"customer": self.viewer.customer})
		self.assertEqual((self.store, self.viewer.user), (member.enrolled_at, member.owner))
		self.post(PAGE, "join", self.viewer)
		self.assertEqual(1, frappe.db.count("C4S Membership", {"customer": self.viewer.customer}))
		self.assertNotIn("立即入会", self.get(PAGE, self.viewer).html)

	def test_balance_history_and_what_expires_are_shown(self):
		member = self.member(230)
		post([Posting(member.name, ADJUST, "test|soon", 70, add_days(nowdate(), 10), reason="生日")])
		html = self.get(PAGE, self.viewer).html
		for text in ("<strong>300</strong>", "+230", "+70", "70 分"):
			self.assertIn(text, html)
		self.assertEqual(["/my/rewards"], [matter.path for matter in open_matters(self.viewer)])

	def test_another_members_points_are_not_shown(self):
		other = make_member(points=77_771)
		self.member(5)
		self.assertNotIn("77,771", self.get(PAGE, self.viewer).html)
		self.assertEqual(404, self.get(PAGE, self.viewer, membership=other.name).status)


class TestRewards(RewardsTestCase):
	def test_a_gift_costs_points_and_the_store_hears_of_it(self):
		receptionist = make_user("Receptionist", [self.store])
		member, reward = self.member(150), make_reward().name
		answer = self.redeem(member, reward)
		self.assertEqual(303, answer.status, answer.html)
		self.assertEqual(50, frappe.db.get_value("C4S Membership", member.name, "balance"))
		self.assertIn("到店前台领取", self.get(PAGE, self.viewer).html)
		self.assertTrue(frappe.db.exists("Notification Log", {"for_user": receptionist, "document_name": member.name}))

	def test_too_few_points_are_a_sentence_and_nothing_is_booked(self):
		member, reward = self.member(99), make_reward().name
		answer = self.redeem(member, reward)
		self.assertEqual(422, answer.status)
		self.assertIn("积分", answer.html.split('role="alert"')[1][:200])
		self.assertEqual(99, frappe.db.get_value("C4S Membership", member.name, "balance"))

	def test_a_reward_that_is_not_offered_cannot_be_asked_for(self):
		member = self.member(900)
		answer = self.redeem(member, make_reward(enabled=0).name)
		self.assertEqual(422, answer.status)
		self.assertIn("请选择", answer.html)
		make_reward()

	def test_points_of_another_member_are_not_spent(self):
		other = make_member(points=500)
		self.member(0)
		self.assertEqual(404, self.redeem(other, make_reward().name).status)
		self.assertEqual(500, frappe.db.get_value("C4S Membership", other.name, "balance"))

	def test_a_coupon_for_points_is_shown_with_its_code(self):
		member = self.member(150)
		offer = make_coupon_offer().name
		reward = make_reward("T-Coupon", reward_kind="Coupon", offer=offer, stock=0, unit_cost=0).name
		self.assertEqual(303, self.redeem(member, reward).status)
		code = frappe.db.get_value("C4S Coupon", {"customer": self.viewer.customer}, "code")
		html = self.get(PAGE, self.viewer).html
		for shown in (" ".join((code[:4], code[4:8], code[8:])), drawing_of(code)[1]):
			self.assertIn(shown, html)


class TestCoupons(RewardsTestCase):
	def test_one_that_is_over_shows_no_code_to_bring(self):
		coupon = make_coupon(customer=self.viewer.customer, dealership=self.store)
		frappe.db.set_value("C4S Coupon", coupon.name, "valid_until", add_days(nowdate(), -1))
		html = self.get(PAGE, self.viewer).html
		self.assertNotIn(coupon.code[:4], html)
		self.assertIn("已过期", html)

	def test_another_customers_coupon_is_not_shown(self):
		coupon = make_coupon()
		self.assertNotIn(coupon.code[:4], self.get(PAGE, self.viewer).html)
